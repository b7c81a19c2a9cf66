// What `--help` says, made from the command table.
#pragma once

#include "cli/command/command.hpp"

#include <string>
#include <string_view>

namespace tern::cli {

std::string overview_text();
std::string help_text(const command& subject);

}  // namespace tern::cli
