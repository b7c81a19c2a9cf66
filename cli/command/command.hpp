// One command of `tern` as data: what the parser, `--help` and completion are made from.
#pragma once

#include "cli/command/arguments.hpp"
#include "cli/config/settings.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/console.hpp"
#include "cli/process/environment.hpp"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tern::cli {

// What a command gets. References live as long as the call.
struct context {
  const arguments& args;
  const cli::settings& settings;
  const environment& variables;
  console& out;
  nlohmann::ordered_json& result;  // fields of the final --json record, printed also when the command fails
};

struct example {
  std::string_view line;
  std::string_view meaning;
};

struct command {
  std::string_view name;
  std::string_view synopsis;  // what follows the name: "ADDRESS [TEXT...]"
  std::string_view summary;   // one line, for the list of commands
  std::string_view details;   // what a user must know besides, lines already broken; may be empty
  std::vector<option> options;
  std::vector<example> examples;
  bool is_about_tern = false;              // of tern itself: works whatever is in the files of settings
  std::function<exit_code(context&)> run;  // empty: runs the sibling program tern-NAME with all arguments
};

const std::vector<command>& all_commands();
const command* find_command(std::string_view name);

// Options that every command takes.
const std::vector<option>& common_options();

}  // namespace tern::cli
