// What `tern-relay WORD …` does beside running a relay: works on the files of a relay that may
// be running, prints, and ends.
#pragma once

#include <optional>

namespace tern::relay {

// Nothing where the first word is none of ours: then a relay is to be run. Else the exit status.
std::optional<int> run_subcommand(int argc, const char* const* argv);

// `arguments` begin with the word itself. 0 done, 1 failed, 2 usage.
int run_invite_command(int argc, const char* const* argv);
int run_roll_key_command(int argc, const char* const* argv);

}  // namespace tern::relay
