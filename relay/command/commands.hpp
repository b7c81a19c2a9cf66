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

}  // namespace tern::relay
