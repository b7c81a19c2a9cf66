#include "relay/server/options.hpp"

// Positional values are split at commas otherwise. Before the only include.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include "relay/server/config_file.hpp"
#include "relay/server/limit_options.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cxxopts.hpp>
#include <fmt/format.h>
#include <stdexcept>

namespace tern::relay {

namespace {

constexpr int usage_error = 2;
constexpr int configuration_error = 6;

constexpr std::string_view examples = R"(
Without options it listens on every address, port 7777, keeps its key and log under
$XDG_DATA_HOME/tern-relay, and prints the line that others type to join.

Examples:
  tern-relay
  tern-relay --listen 127.0.0.1:0 --data /tmp/try
  tern-relay --listen '[::]:7777' --listen 192.0.2.7:4433 --host chat.example.org
  tern-relay --text 127.0.0.1:7070       # then: telnet 127.0.0.1 7070
  tern-relay invite anna && tern-relay --private     # only those with an invite get in
  tern-relay --limit key-messages-rate=100 --limit key-messages-burst=1000
  tern-relay --config /etc/tern/relay.toml

The file of --config is TOML. Its keys are the long options above; the limits stand in a
table. What is given on the command line wins:
  listen = ["[::]:7777", "192.0.2.7:4433"]
  log-level = "warning"
  [limits]
  key-messages-rate = 100

Words, each with its own --help:
  tern-relay init           make folder and key, print the line to join, and exit
  tern-relay stats          how the running relay is doing
  tern-relay backup PATH    have the running relay copy its log
  tern-relay verify [PATH]  check every message of a log or a backup
  tern-relay invite NAME    make a file that lets its holder into a private relay
  tern-relay roll-key STEP  replace the relay's key without locking anyone out

Stop it with Ctrl-C or SIGTERM: it tells its clients, writes everything and exits 0; a
second time stops at once. SIGHUP reads the file of --config again: limits and log change
at once, what needs a restart is named in the log, a file with a mistake changes nothing.
)";

struct usage_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct configuration_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Value>
Value choice(const std::string& given, std::initializer_list<std::pair<std::string_view, Value>> values) {
  std::string names;
  for (const auto& [name, value] : values) {
    if (name == given) return value;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  throw usage_failure{fmt::format("one of {}", names)};
}

// What stands in an address beside host and port would be ignored.
bool is_place_alone(const tern_address& address) {
  const bool has_room = address.room != tern_address::default_room || !address.person.empty();
  return address.scheme == address_scheme::tern && !has_room && !address.relay_key;
}

tern_address place(const std::string& text) {
  auto address = tern_address::parse(text, address_role::listen);
  if (!address) throw usage_failure{address.error()};
  if (!is_place_alone(*address)) throw usage_failure{"write ADDR:PORT, :PORT or PORT"};
  return std::move(*address);
}

// IPv6 may come with brackets or without; the port in the line to paste is the one listened on.
std::string host(const std::string& text) {
  const bool needs_brackets = text.find(':') != std::string::npos && !text.starts_with('[');
  const auto address = tern_address::parse((needs_brackets ? "[" + text + "]" : text) + ":1");
  if (!address) throw usage_failure{address.error()};
  if (!is_place_alone(*address)) throw usage_failure{"write a name or an address alone"};
  return address->host;
}

std::filesystem::path folder(const std::string& text) {
  if (text.empty()) throw usage_failure{"the folder's name is empty"};
  return text;
}

durability level(const std::string& text) {
  return choice<durability>(
      text, {{"strict", durability::strict}, {"relaxed", durability::relaxed}, {"memory", durability::memory}});
}

log_level loudness(const std::string& text) {
  return choice<log_level>(text, {{"debug", log_level::debug},
                                  {"info", log_level::info},
                                  {"warning", log_level::warning},
                                  {"error", log_level::error},
                                  {"off", log_level::off}});
}

log_format format(const std::string& text) {
  return choice<log_format>(text, {{"text", log_format::text}, {"json", log_format::json}});
}

void limit(server_options& run, const std::string& text) {
  if (const auto set = set_limit({run.limits, run.text_rules, run.endpoint, run.history}, text); !set)
    throw usage_failure{set.error()};
}

// What an option with a value does, wherever it was given. Throws usage_failure with what is
// wrong with the value.
struct setter {
  std::string_view option;
  option_kind kind;
  void (*set)(server_options&, const std::string& value);
};
constexpr std::array setters{
    setter{"listen", option_kind::list,
           [](server_options& run, const std::string& value) { run.listen.push_back(place(value)); }},
    setter{"text", option_kind::list,
           [](server_options& run, const std::string& value) { run.text.push_back(place(value)); }},
    setter{"metrics", option_kind::text,
           [](server_options& run, const std::string& value) { run.metrics = {place(value)}; }},
    setter{"data", option_kind::text, [](server_options& run, const std::string& value) { run.data = folder(value); }},
    setter{"host", option_kind::text, [](server_options& run, const std::string& value) { run.host = host(value); }},
    setter{"private", option_kind::flag,
           [](server_options& run, const std::string&) { run.endpoint.is_private = true; }},
    setter{"durability", option_kind::text,
           [](server_options& run, const std::string& value) { run.level = level(value); }},
    setter{"limit", option_kind::list, limit},
    setter{"log-level", option_kind::text,
           [](server_options& run, const std::string& value) { run.log = loudness(value); }},
    setter{"log-format", option_kind::text,
           [](server_options& run, const std::string& value) { run.format = format(value); }},
};

cxxopts::Options make_parser() {
  cxxopts::Options parser{"tern-relay",
                          "A relay for tern: rooms, direct messages and their history, over UDP and TCP."};
  parser.custom_help("[OPTION…]");
  parser.add_options()("listen", "listen there; may be given many times (port 0: a free one)",
                       cxxopts::value<std::vector<std::string>>(), "ADDR:PORT");
  parser.add_options()("text", "let people with telnet or nc in there (plain TCP; one-shots by UDP); off without it",
                       cxxopts::value<std::vector<std::string>>(), "ADDR:PORT");
  parser.add_options()("metrics", "serve /metrics and /healthz there, to whoever can reach it; off without it",
                       cxxopts::value<std::string>(), "ADDR:PORT");
  parser.add_options()("data", "folder for key and log", cxxopts::value<std::string>(), "DIR");
  parser.add_options()("host", "name or address in the line to paste", cxxopts::value<std::string>(), "HOST");
  parser.add_options()("private", "answer only those who hold an invite (`tern-relay invite NAME`)");
  parser.add_options()("durability",
                       "strict: a commit survives a power cut; relaxed: a power cut loses the last moments; "
                       "memory: nothing survives the process",
                       cxxopts::value<std::string>()->default_value("strict"), "LEVEL");
  parser.add_options()("limit", "change a limit; 0 lifts a rate; `--limit help` lists them",
                       cxxopts::value<std::vector<std::string>>(), "NAME=VALUE");
  parser.add_options()("log-level", "debug, info, warning, error or off",
                       cxxopts::value<std::string>()->default_value("info"), "LEVEL");
  parser.add_options()("log-format", "text or json", cxxopts::value<std::string>()->default_value("text"), "FORMAT");
  parser.add_options()("config", "read these options and limits from a file", cxxopts::value<std::string>(), "FILE");
  parser.add_options()("version", "print the version");
  parser.add_options()("h,help", "print this");
  return parser;
}

// What may stand in a file. The limits have a table there.
std::vector<known_option> file_options() {
  std::vector<known_option> known;
  for (const auto& [option, kind, set] : setters) {
    if (option != "limit") known.push_back({std::string{option}, kind});
  }
  return known;
}

command_line ends_with(std::string text) { return {.run = {}, .ends = true, .status = 0, .text = std::move(text)}; }

void remember(server_options& run, const file_setting& given, option_kind kind) {
  if (given.option == "limit") {
    const auto equals = given.value.find('=');
    run.settings["limit " + given.value.substr(0, equals)] = given.value.substr(equals + 1);
    return;
  }
  std::string& known = run.settings[given.option];
  known = kind == option_kind::list && !known.empty() ? known + ", " + given.value : given.value;
}

void set(server_options& run, const file_setting& given) {
  const auto known =
      std::find_if(setters.begin(), setters.end(), [&](const setter& one) { return one.option == given.option; });
  if (known == setters.end()) return;
  const std::string what = given.value.empty() ? given.option : given.option + ' ' + given.value;
  try {
    known->set(run, given.value);
  } catch (const usage_failure& problem) {
    if (given.where.empty()) throw usage_failure{fmt::format("--{}: {}", what, problem.what())};
    throw configuration_failure{fmt::format("{}: {}: {}", given.where, what, problem.what())};
  }
  remember(run, given, known->kind);
}

std::vector<file_setting> settings_of(const cxxopts::ParseResult& parsed) {
  std::vector<file_setting> given;
  for (const auto& argument : parsed.arguments()) given.push_back({argument.key(), argument.value(), {}});
  return given;
}

void set_from_file(const cxxopts::ParseResult& parsed, server_options& run) {
  run.config = folder(parsed["config"].as<std::string>());
  const auto found = read_config_file(run.config, file_options());
  if (!found) throw configuration_failure{found.error()};
  server_options checked;  // what the command line overrules is to be right as well
  for (const auto& setting : *found) {
    set(checked, setting);
    if (setting.option == "limit" || parsed.count(setting.option) == 0) set(run, setting);
  }
}

command_line parse(const cxxopts::Options& parser, const cxxopts::ParseResult& parsed) {
  if (parsed.count("help") != 0) return ends_with(parser.help() + std::string{examples});
  if (parsed.count("version") != 0) return ends_with("tern-relay " TERN_VERSION "\n");
  if (!parsed.unmatched().empty()) {
    throw usage_failure{
        fmt::format("{}: neither an option nor init, stats, backup, verify, invite or roll-key; an address to listen "
                    "on goes after --listen",
                    parsed.unmatched().front())};
  }
  command_line line;
  if (parsed.count("config") != 0) set_from_file(parsed, line.run);
  for (const auto& given : settings_of(parsed)) {
    if (given.option == "limit" && given.value == "help")
      return ends_with(list_limits({line.run.limits, line.run.text_rules, line.run.endpoint, line.run.history}));
    set(line.run, given);
  }
  if (const auto good = check_limits(line.run.limits); !good) {
    if (parsed.count("limit") != 0) throw usage_failure{"--limit: " + good.error()};
    throw configuration_failure{fmt::format("{}: [limits]: {}", line.run.config.string(), good.error())};
  }
  if (line.run.data.empty()) line.run.data = default_data_folder();
  if (line.run.data.empty()) throw usage_failure{"neither XDG_DATA_HOME nor HOME is set: give --data DIR"};
  return line;
}

command_line refused(int status, std::string text) {
  return {.run = {}, .ends = true, .status = status, .text = std::move(text)};
}

}  // namespace

std::string without_curly_quotes(std::string text) {
  for (const std::string_view quote : {"\u2018", "\u2019"}) {
    for (auto at = text.find(quote); at != std::string::npos; at = text.find(quote))
      text.replace(at, quote.size(), "'");
  }
  return text;
}

command_line parse_command_line(int argc, const char* const* argv) {
  cxxopts::Options parser = make_parser();
  try {
    command_line line = parse(parser, parser.parse(argc, argv));
    line.run.words.assign(argv, argv + argc);
    return line;
  } catch (const configuration_failure& problem) {
    return refused(configuration_error, fmt::format("tern-relay: {}\n", problem.what()));
  } catch (const std::exception& problem) {
    return refused(usage_error,
                   fmt::format("tern-relay: {}\nTry `tern-relay --help`.\n", without_curly_quotes(problem.what())));
  }
}

command_line parse_command_line(const std::vector<std::string>& words) {
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
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
