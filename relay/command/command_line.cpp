#include "relay/command/command_line.hpp"

// Positional values are split at commas otherwise. Before the only include.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>
#include <fmt/format.h>
#include <string_view>

namespace tern::relay {

namespace {

cxxopts::Options parser_of(const command_shape& shape) {
  cxxopts::Options parser{"tern-relay " + shape.word, shape.about};
  parser.custom_help(shape.arguments.empty() ? "[OPTION…]" : "[OPTION…] " + shape.arguments);
  parser.add_options()("data", "the relay's folder (where none is given: under $XDG_DATA_HOME)",
                       cxxopts::value<std::string>(), "DIR");
  parser.add_options()("config", "the relay's settings, where the folder is named in them",
                       cxxopts::value<std::string>(), "FILE");
  if (shape.has_json) parser.add_options()("json", "one line of JSON, also on failure");
  if (shape.has_addresses) {
    parser.add_options()("listen", "where the relay is going to listen", cxxopts::value<std::vector<std::string>>(),
                         "ADDR:PORT");
    parser.add_options()("host", "name or address in the line to paste", cxxopts::value<std::string>(), "HOST");
  }
  parser.add_options()("h,help", "print this");
  return parser;
}

// As the relay itself reads them.
server_options relay_options(const cxxopts::ParseResult& parsed) {
  std::vector<std::string> words{"tern-relay"};
  for (const auto& given : parsed.arguments()) {
    if (given.key() != "json") words.push_back("--" + given.key() + '=' + given.value());
  }
  auto line = parse_command_line(words);
  constexpr std::string_view program = "tern-relay: ";
  if (line.ends)
    throw usage_failure{line.text.substr(program.size(), line.text.find('\n') - program.size()), line.status};
  return std::move(line.run);
}

command_arguments read(const command_shape& shape, cxxopts::Options& parser, const cxxopts::ParseResult& parsed) {
  command_arguments given;
  if (parsed.count("help") != 0) {
    given.help = parser.help() + shape.examples;
    return given;
  }
  given.rest = parsed.unmatched();
  if (given.rest.size() > shape.arguments_max)
    throw usage_failure{fmt::format("{}: nothing can follow here", given.rest[shape.arguments_max])};
  given.is_json = shape.has_json && parsed.count("json") != 0;
  given.relay = relay_options(parsed);
  return given;
}

}  // namespace

command_arguments parse_command(const command_shape& shape, int argc, const char* const* argv) {
  cxxopts::Options parser = parser_of(shape);
  try {
    return read(shape, parser, parser.parse(argc, argv));
  } catch (const cxxopts::exceptions::exception& problem) {
    throw usage_failure{without_curly_quotes(problem.what())};
  }
}

}  // namespace tern::relay
