// One function a command, in the file named after it.
#pragma once

#include "cli/command/command.hpp"

namespace tern::cli {

command chat_command();
command config_command();
command echo_command();
command history_command();
command id_command();
command trust_command();
command help_command();
command listen_command();
command ping_command();
command resolve_command();
command send_command();
command version_command();

// Programs of their own beside `tern` (commands/siblings.cpp).
command relay_command();
command compare_command();
command link_command();
command bench_command();

}  // namespace tern::cli
