// A real tern-relay as one side of a trial: the process that calls this becomes it.
#pragma once

#include "tools/bench/tally.hpp"

#include <string>

namespace tern::bench {

// Runs the tern-relay that lies beside this program, on 127.0.0.1, with a folder of its own
// below the system's temporary one and without limits on rates, until the tally says stop.
// Does not return: throws std::runtime_error where it cannot.
[[noreturn]] void become_relay(const std::string& durability, tally& shared);

}  // namespace tern::bench
