// What follows a word on the command line of tern-relay, as all words have it: --data, --json,
// --help, and what the word itself adds.
#pragma once

#include "relay/server/options.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tern::relay {

// Exit statuses of `tern` as far as they apply here.
enum exit_status : int { done = 0, failed = 1, usage = 2, unreachable = 4, configuration = 6 };

// What a word is, for its parser and its help.
struct command_shape {
  std::string word;
  std::string about;
  std::string arguments;  // as in the help: "PATH", "[PATH]", or empty
  std::size_t arguments_max = 0;
  std::string examples;
  bool has_json = true;
  bool has_addresses = false;  // --listen and --host
};

struct command_arguments {
  server_options relay;  // what of it was given, here or in the file of --config
  bool is_json = false;
  std::vector<std::string> rest;
  std::optional<std::string> help;  // to be printed instead
};

// What is wrong with the command line, or with the file that it names.
struct usage_failure : std::runtime_error {
  explicit usage_failure(const std::string& what, int with_status = exit_status::usage)
      : std::runtime_error{what}, status{with_status} {}
  int status;
};

// argv[0] is the word. Throws usage_failure with a line for a person.
command_arguments parse_command(const command_shape& shape, int argc, const char* const* argv);

}  // namespace tern::relay
