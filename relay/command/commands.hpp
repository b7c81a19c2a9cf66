// Each word, and what it does.
#pragma once

#include "relay/command/command_line.hpp"

namespace tern::relay {

struct command {
  command_shape shape;
  int (*run)(const command_arguments& given);
};

command init_command();
command stats_command();
command backup_command();
command verify_command();

// These read their own command lines, `argv` from the word itself on, and return the exit status.
int run_invite(int argc, const char* const* argv);
int run_roll_key(int argc, const char* const* argv);

}  // namespace tern::relay
