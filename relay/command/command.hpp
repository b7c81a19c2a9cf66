// The words that tern-relay knows beside just running: `tern-relay WORD [OPTION…]`.
#pragma once

#include <optional>

namespace tern::relay {

// Carries out the word that the command line begins with and returns the exit status; nothing
// where it begins with none of them.
std::optional<int> run_command(int argc, const char* const* argv);

}  // namespace tern::relay
