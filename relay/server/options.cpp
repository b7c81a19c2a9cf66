#include "relay/server/options.hpp"

// Positional values are split at commas otherwise. Before the only include.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include "relay/server/limit_options.hpp"

#include <cstdlib>
#include <cxxopts.hpp>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>

namespace tern::relay {

namespace {

constexpr int usage_error = 2;

constexpr std::string_view examples = R"(
Without options it listens on every address, port 7777, keeps its key and log under
$XDG_DATA_HOME/tern-relay, and prints the line that others type to join.

Examples:
  tern-relay
  tern-relay --listen 127.0.0.1:0 --data /tmp/try
  tern-relay --listen '[::]:7777' --listen 192.0.2.7:4433 --host chat.example.org
  tern-relay --text 127.0.0.1:7070       # then: telnet 127.0.0.1 7070
  tern-relay --limit key-messages-rate=100 --limit key-messages-burst=1000

Stop it with Ctrl-C or SIGTERM: it tells its clients, writes everything and exits 0; a
second time stops at once.
)";

struct usage_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Value>
Value choice(const cxxopts::ParseResult& parsed, const std::string& option,
             std::initializer_list<std::pair<std::string_view, Value>> values) {
  const auto given = parsed[option].as<std::string>();
  std::string names;
  for (const auto& [name, value] : values) {
    if (name == given) return value;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  throw usage_failure{fmt::format("--{} {}: one of {}", option, given, names)};
}

// What stands in an address beside host and port would be ignored.
bool is_place_alone(const tern_address& address) {
  const bool has_room = address.room != tern_address::default_room || !address.person.empty();
  return address.scheme == address_scheme::tern && !has_room && !address.relay_key;
}

tern_address place(std::string_view option, const std::string& text) {
  auto address = tern_address::parse(text, address_role::listen);
  if (!address) throw usage_failure{fmt::format("--{} {}: {}", option, text, address.error())};
  if (!is_place_alone(*address))
    throw usage_failure{fmt::format("--{} {}: write ADDR:PORT, :PORT or PORT", option, text)};
  return std::move(*address);
}

std::vector<tern_address> places(const cxxopts::ParseResult& parsed, const std::string& option) {
  std::vector<tern_address> all;
  if (parsed.count(option) == 0) return all;
  for (const auto& where : parsed[option].as<std::vector<std::string>>()) all.push_back(place(option, where));
  return all;
}

// IPv6 may come with brackets or without; the port in the line to paste is the one listened on.
std::string host(const std::string& text) {
  const bool needs_brackets = text.find(':') != std::string::npos && !text.starts_with('[');
  const auto address = tern_address::parse((needs_brackets ? "[" + text + "]" : text) + ":1");
  if (!address) throw usage_failure{fmt::format("--host {}: {}", text, address.error())};
  if (!is_place_alone(*address)) throw usage_failure{fmt::format("--host {}: write a name or an address alone", text)};
  return address->host;
}

cxxopts::Options make_parser() {
  cxxopts::Options parser{"tern-relay",
                          "A relay for tern: rooms, direct messages and their history, over UDP and TCP."};
  parser.custom_help("[OPTION…]");
  parser.add_options()("listen", "listen there; may be given many times (port 0: a free one)",
                       cxxopts::value<std::vector<std::string>>(), "ADDR:PORT");
  parser.add_options()("text", "let people with telnet or nc in there (plain TCP; one-shots by UDP); off without it",
                       cxxopts::value<std::vector<std::string>>(), "ADDR:PORT");
  parser.add_options()("data", "folder for key and log", cxxopts::value<std::string>(), "DIR");
  parser.add_options()("host", "name or address in the line to paste", cxxopts::value<std::string>(), "HOST");
  parser.add_options()("durability",
                       "strict: a commit survives a power cut; relaxed: a power cut loses the last moments; "
                       "memory: nothing survives the process",
                       cxxopts::value<std::string>()->default_value("strict"), "LEVEL");
  parser.add_options()("limit", "change a limit; 0 lifts a rate; `--limit help` lists them",
                       cxxopts::value<std::vector<std::string>>(), "NAME=VALUE");
  parser.add_options()("log-level", "debug, info, warning, error or off",
                       cxxopts::value<std::string>()->default_value("info"), "LEVEL");
  parser.add_options()("log-format", "text or json", cxxopts::value<std::string>()->default_value("text"), "FORMAT");
  parser.add_options()("version", "print the version");
  parser.add_options()("h,help", "print this");
  return parser;
}

// cxxopts quotes in a way that not every terminal shows.
std::string without_curly_quotes(std::string text) {
  for (const std::string_view quote : {"\u2018", "\u2019"}) {
    for (auto at = text.find(quote); at != std::string::npos; at = text.find(quote))
      text.replace(at, quote.size(), "'");
  }
  return text;
}

command_line ends_with(std::string text) { return {.run = {}, .ends = true, .status = 0, .text = std::move(text)}; }

command_line parse(const cxxopts::Options& parser, const cxxopts::ParseResult& parsed) {
  if (parsed.count("help") != 0) return ends_with(parser.help() + std::string{examples});
  if (parsed.count("version") != 0) return ends_with("tern-relay " TERN_VERSION "\n");
  if (!parsed.unmatched().empty()) {
    throw usage_failure{
        fmt::format("{}: not an option; an address to listen on goes after --listen", parsed.unmatched().front())};
  }
  command_line line;
  line.run.listen = places(parsed, "listen");
  line.run.text = places(parsed, "text");
  if (parsed.count("host") != 0) line.run.host = host(parsed["host"].as<std::string>());
  line.run.data =
      parsed.count("data") != 0 ? std::filesystem::path{parsed["data"].as<std::string>()} : default_data_folder();
  if (line.run.data.empty() && parsed.count("data") != 0) throw usage_failure{"--data: the folder's name is empty"};
  if (line.run.data.empty()) throw usage_failure{"neither XDG_DATA_HOME nor HOME is set: give --data DIR"};
  line.run.level = choice<durability>(
      parsed, "durability",
      {{"strict", durability::strict}, {"relaxed", durability::relaxed}, {"memory", durability::memory}});
  line.run.log = choice<log_level>(parsed, "log-level",
                                   {{"debug", log_level::debug},
                                    {"info", log_level::info},
                                    {"warning", log_level::warning},
                                    {"error", log_level::error},
                                    {"off", log_level::off}});
  line.run.format = choice<log_format>(parsed, "log-format", {{"text", log_format::text}, {"json", log_format::json}});
  const relay_limits limits{line.run.limits, line.run.text_rules, line.run.endpoint, line.run.history};
  if (parsed.count("limit") != 0) {
    for (const auto& limit : parsed["limit"].as<std::vector<std::string>>()) {
      if (limit == "help") return ends_with(list_limits(limits));
      if (const auto set = set_limit(limits, limit); !set)
        throw usage_failure{fmt::format("--limit {}: {}", limit, set.error())};
    }
  }
  if (const auto good = check_limits(line.run.limits); !good) throw usage_failure{"--limit: " + good.error()};
  return line;
}

}  // namespace

command_line parse_command_line(int argc, const char* const* argv) {
  cxxopts::Options parser = make_parser();
  try {
    return parse(parser, parser.parse(argc, argv));
  } catch (const std::exception& problem) {
    return {.run = {},
            .ends = true,
            .status = usage_error,
            .text = fmt::format("tern-relay: {}\nTry `tern-relay --help`.\n", without_curly_quotes(problem.what()))};
  }
}

std::filesystem::path default_data_folder() {
  const auto from = [](const char* variable) -> std::filesystem::path {
    const char* value = std::getenv(variable);
    return value == nullptr ? "" : value;
  };
  // A relative XDG_DATA_HOME is to be ignored (XDG Base Directory Specification).
  if (const auto data = from("XDG_DATA_HOME"); data.is_absolute()) return data / "tern-relay";
  if (const auto home = from("HOME"); !home.empty()) return home / ".local" / "share" / "tern-relay";
  return {};
}

}  // namespace tern::relay
