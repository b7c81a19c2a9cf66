#include "tools/compare/plan/options.hpp"

#include "cli/units/units.hpp"
#include "tools/compare/plan/usage_error.hpp"
#include "tools/link/setting/link_words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <sstream>
#include <string_view>

namespace tern::compare {

namespace {

constexpr int usage_status = 2;
using parsed_words = cxxopts::ParseResult;
using texts = std::vector<std::string>;

constexpr std::string_view guide = R"(
Every mode carries the same messages, due at the same times, over a link of its own with
the same seed: an open loop, which does not wait for what went before. Latency counts from
the time when a message was due. The link has the options of `tern link` (also --up-… and
--down-… for one direction); `tern link --list-profiles` names the profiles.

Examples:
  tern compare --quick
  tern compare --loss 5% --delay 25ms
  tern compare --profile wifi_lossy --html wifi.html
  tern compare --losses 0%,1%,5%,10% --delay 25ms --html loss.html
  tern compare --modes reliable-ordered,tcp:cubic,tcp-raw:cubic --loss 2% --lanes 8
  tern compare --modes tcp-raw:bbr,reliable-unordered --saturate 5s --size 1000B --rate 20Mbit
  tern compare --loss 10% --delay 25ms --repeat 1 --json \
      --fail-if 'modes.reliable-unordered.latency_ms.p99<=35ms'

Exit status: 0 done; 1 a trial failed; 2 wrong options; 10 a --fail-if was missed.
)";

cxxopts::Options make_parser() {
  cxxopts::Options parser{"tern compare", "UDP, TCP and tern carry the same messages over the same link."};
  parser.custom_help("[OPTION…]");
  const auto text = [] { return cxxopts::value<std::string>(); };
  auto add = parser.add_options();
  add("quick", "25 ms, 5 % loss and a few seconds a mode, where nothing else is said");
  add("modes", "which ones, with commas, or all", text(), "NAMES");
  add("list-modes", "print the modes");
  add("messages", "how many (300)", cxxopts::value<std::uint64_t>(), "NUMBER");
  add("for", "as many as are due in TIME, instead", text(), "TIME");
  add("interval", "from one to the next (10ms)", text(), "TIME");
  add("saturate", "no interval: as fast as the mode takes them, for TIME or a million messages", text(), "TIME");
  add("size", "of a message (100B)", text(), "SIZE");
  add("lanes", "deal the messages to so many lanes, or TCP connections (1)", cxxopts::value<std::uint32_t>(), "NUMBER");
  add("limit", "what has not come so long after the last one was due is late (120s)", text(), "TIME");
  add("repeat", "so often, each time with the next seed; medians are shown (3)", cxxopts::value<std::uint32_t>(),
      "NUMBER");
  add("losses", "a comparison for each of these losses, with commas", text(), "SHARES");
  add("link", "tun: namespaces, TCP too; loopback: everywhere, TCP unimpaired (the better one that works)", text(),
      "tun|loopback");
  link_setting::declare_link(parser);
  add("json", "JSON lines: each trial, then the summary");
  add("csv", "a line for each mode");
  add("html", "write a page with charts to FILE", text(), "FILE");
  add("fail-if", "exit with 10 unless that holds in the summary; may be given many times", cxxopts::value<texts>(),
      "PATH<=VALUE");
  add("progress", "on standard error (auto: on a terminal)", text(), "auto|always|never");
  add("q,quiet", "nothing on standard error but errors");
  add("version", "print the version");
  add("h,help", "print this");
  return parser;
}

// A value of an option, and its name for those who have to mend it.
struct word {
  std::string name;
  std::string value;

  [[noreturn]] void refuse(const std::string& why) const { throw usage_error{fmt::format("--{}: {}", name, why)}; }
  template <class Value>
  Value checked(tl::expected<Value, std::string> parsed) const {
    if (!parsed) refuse(parsed.error());
    return *parsed;
  }
  duration time() const {
    const duration parsed = checked(cli::parse_duration(value));
    if (parsed <= duration{}) refuse("must be longer than nothing");
    return parsed;
  }
};

std::optional<word> find(const parsed_words& parsed, const std::string& name) {
  if (parsed.count(name) == 0) return std::nullopt;
  return word{name, parsed[name].as<std::string>()};
}

template <class Number>
void set_number(const parsed_words& parsed, const std::string& name, Number most, Number& to) {
  if (parsed.count(name) == 0) return;
  to = parsed[name].as<Number>();
  if (to < 1 || to > most) throw usage_error{fmt::format("--{}: 1 to {}", name, most)};
}

void set_size(const parsed_words& parsed, workload& work) {
  const auto size = find(parsed, "size");
  if (!size) return;
  work.message_bytes = size->checked(cli::parse_size(size->value));
  if (work.message_bytes < message_bytes_min || work.message_bytes > message_bytes_max) {
    size->refuse(fmt::format("{}B to {}B", message_bytes_min, message_bytes_max));
  }
}

void set_count(const parsed_words& parsed, workload& work) {
  set_number(parsed, "messages", messages_max, work.messages);
  const auto time = find(parsed, "for");
  if (!time) return;
  if (parsed.count("messages") != 0) time->refuse("either that or --messages");
  const auto count = static_cast<std::uint64_t>(time->time() / work.interval);
  if (count < 1 || count > messages_max) time->refuse(fmt::format("makes {} messages; 1 to {}", count, messages_max));
  work.messages = count;
}

void set_saturation(const parsed_words& parsed, workload& work) {
  const auto saturate = find(parsed, "saturate");
  if (!saturate) return;
  for (const char* other : {"messages", "for", "interval"}) {
    if (parsed.count(other) != 0) saturate->refuse(fmt::format("has no --{}", other));
  }
  work.saturating = saturate->time();
}

void set_work(const parsed_words& parsed, workload& work) {
  if (const auto interval = find(parsed, "interval")) work.interval = interval->time();
  if (const auto limit = find(parsed, "limit")) work.limit = limit->time();
  set_count(parsed, work);
  set_saturation(parsed, work);
  set_size(parsed, work);
  set_number(parsed, "lanes", lanes_max, work.lanes);
}

std::vector<double> parse_losses(const word& losses) {
  std::vector<double> shares;
  std::istringstream words{losses.value};
  for (std::string each; std::getline(words, each, ',');) shares.push_back(losses.checked(cli::parse_share(each)));
  std::sort(shares.begin(), shares.end());
  if (shares.empty()) losses.refuse("which ones?");
  if (std::adjacent_find(shares.begin(), shares.end()) != shares.end()) losses.refuse("one is there twice");
  return shares;
}

void set_backend(const parsed_words& parsed, comparison& run) {
  const auto link = find(parsed, "link");
  if (!link) return;
  if (link->value == "tun") {
    run.backend = backend_kind::tun;
  } else if (link->value == "loopback") {
    run.backend = backend_kind::loopback;
  } else {
    link->refuse(fmt::format("'{}': either tun or loopback", link->value));
  }
}

void set_output(const parsed_words& parsed, comparison& run) {
  if (parsed.count("json") != 0 && parsed.count("csv") != 0) throw usage_error{"either --json or --csv"};
  if (parsed.count("json") != 0) run.output = output_form::json;
  if (parsed.count("csv") != 0) run.output = output_form::csv;
  run.quiet = parsed.count("quiet") != 0;
  if (const auto html = find(parsed, "html")) run.html_file = html->value;
  if (const auto progress = find(parsed, "progress")) {
    if (progress->value == "always") {
      run.progress = progress_form::always;
    } else if (progress->value == "never") {
      run.progress = progress_form::never;
    } else if (progress->value != "auto") {
      progress->refuse(fmt::format("'{}': auto, always or never", progress->value));
    }
  }
  if (run.quiet) run.progress = progress_form::never;
}

// What --quick stands for: ends in under half a minute, however bad the link.
void begin_quickly(comparison& run) {
  run.work.messages = 120;
  run.work.interval = std::chrono::milliseconds{20};
  run.work.limit = std::chrono::seconds{2};
  run.repeat = 1;
}

bool describes_link(const std::string& name) {
  static const auto names = [] {
    cxxopts::Options only{""};
    link_setting::declare_link(only);
    texts all;
    for (const char* group : {"", "one direction"}) {
      for (const auto& option : only.group_help(group).options) all.push_back(option.l.front());
    }
    return all;
  }();
  return name != "seed" && std::find(names.begin(), names.end(), name) != names.end();
}

void set_link(const parsed_words& parsed, comparison& run) {
  run.link = link_setting::read_link(parsed);
  for (const auto& each : parsed.arguments()) {
    if (!describes_link(each.key())) continue;
    run.link_words += fmt::format("{}--{} {}", run.link_words.empty() ? "" : " ", each.key(), each.value());
  }
  if (const auto losses = find(parsed, "losses")) run.losses = parse_losses(*losses);
  if (parsed.count("quick") == 0 || !run.link_words.empty()) return;
  for (link_model::impairments* way : {&run.link.up, &run.link.down}) {
    way->delay = std::chrono::milliseconds{25};
    way->loss = 0.05;
  }
  run.link_words = "--delay 25ms --loss 5%";
}

command_line ends_with(std::string text, int status = 0) {
  return {.run = {}, .ends = true, .status = status, .text = std::move(text)};
}

// As a shell would take it again.
std::string quoted(std::string_view text) {
  const bool is_plain = text.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "-_.,:/@%+=") == std::string_view::npos;
  return is_plain && !text.empty() ? std::string{text} : fmt::format("'{}'", text);
}

command_line parse(const cxxopts::Options& parser, const parsed_words& parsed) {
  if (parsed.count("help") != 0) return ends_with(parser.help({""}) + std::string{guide});
  if (parsed.count("version") != 0) return ends_with("tern-compare " TERN_VERSION "\n");
  if (parsed.count("list-modes") != 0) return ends_with(modes_text());
  if (!parsed.unmatched().empty()) throw usage_error{fmt::format("'{}' is not an option", parsed.unmatched().front())};
  command_line line;
  comparison& run = line.run;
  if (parsed.count("quick") != 0) begin_quickly(run);
  const auto modes = find(parsed, "modes");
  run.modes = modes ? parse_modes(modes->value) : default_modes();
  set_work(parsed, run.work);
  set_number(parsed, "repeat", std::uint32_t{1000}, run.repeat);
  set_link(parsed, run);
  set_backend(parsed, run);
  set_output(parsed, run);
  if (parsed.count("fail-if") != 0) {
    for (const std::string& each : parsed["fail-if"].as<texts>()) run.thresholds.push_back(parse_threshold(each));
  }
  return line;
}

}  // namespace

command_line parse_command_line(int argc, const char* const* argv) {
  const std::span words{argv, static_cast<std::size_t>(argc)};
  cxxopts::Options parser = make_parser();
  try {
    std::vector<std::string> storage;
    const auto joined = link_setting::with_joined_values(words, storage);
    command_line line = parse(parser, parser.parse(static_cast<int>(joined.size()), joined.data()));
    line.run.command = "tern compare";
    for (const char* each : words.subspan(1)) line.run.command += " " + quoted(each);
    return line;
  } catch (const std::exception& problem) {
    return ends_with(fmt::format("tern-compare: {} (see `tern compare --help`)\n",
                                 link_setting::without_curly_quotes(problem.what())),
                     usage_status);
  }
}

}  // namespace tern::compare
