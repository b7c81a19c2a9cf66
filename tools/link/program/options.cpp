#include "tools/link/program/options.hpp"

// Values are split at commas otherwise. Before the only include.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include "cli/units/units.hpp"
#include "tools/link/model/profiles.hpp"
#include "tools/link/program/impairment_options.hpp"
#include "tools/link/program/usage_error.hpp"
#include "udp/system_entropy.hpp"

#include <algorithm>
#include <cctype>
#include <cxxopts.hpp>
#include <fmt/format.h>
#include <span>
#include <string_view>

namespace tern::link_program {

namespace {

constexpr int usage_status = 2;
using texts = std::vector<std::string>;

constexpr std::string_view guide = R"(
COMMAND (a shell, when there is none) runs in a network of its own, behind a link that is
as bad as the options say. "Up" is what it sends, "down" what it receives; each impairment
also exists as --up-… and --down-… for one direction.

What COMMAND connects or sends to (TCP, UDP) is reached from this host and in its name.
This host's own 127.0.0.1 is $TERN_LINK_HOST there (100.64.1.1), its ::1 $TERN_LINK_HOST6.
Only what is between COMMAND and the far end of the link is impaired; ping ends there.

Examples:
  tern link --delay 25ms --loss 5% -- bash
  tern link --profile wifi_lossy -- tern chat 'tern://100.64.1.1/lobby'
  tern link --rate 10Mbit --queue 25 --up-rate 1Mbit --far 'iperf3 -s' -- iperf3 -c 100.64.1.1
  tern link --block-udp 5s,10s --rebind-port 30s -- bash
  tern link --loss 10% --far 'tern relay --durability memory' -- sh
  tern link --delay 50ms -- tern link --loss 1% -- bash

No root is needed where user namespaces are allowed. The exit status is COMMAND's; 127
when there is no such command, 1 when the link cannot be made, 2 for a wrong option.
)";

std::string side_help(std::string_view side, const impairment_option& option) {
  return fmt::format("--{} {}", option.name, side);
}

void add_impairments(cxxopts::Options& parser) {
  for (const impairment_option& each : impairment_options()) {
    for (const std::string_view side : {"", "up-", "down-"}) {
      auto value = cxxopts::value<texts>();
      if (!each.implicit.empty()) value = value->implicit_value(std::string{each.implicit});
      const std::string help =
          side.empty() ? std::string{each.help} : side_help(side == "up-" ? "upwards only" : "downwards only", each);
      parser.add_options(side.empty() ? "" : "one direction")(fmt::format("{}{}", side, each.name), help, value,
                                                              std::string{each.value});
    }
  }
}

cxxopts::Options make_parser() {
  cxxopts::Options parser{"tern link", "Runs a command behind an emulated link."};
  parser.custom_help("[IMPAIRMENT…] [--] [COMMAND…]");
  parser.add_options()("profile", "begin with a link by name", cxxopts::value<std::string>(), "NAME");
  add_impairments(parser);
  const auto text = [] { return cxxopts::value<std::string>(); };
  parser.add_options()("rebind-port", "a NAT gives another source port each TIME", text(), "TIME");
  parser.add_options()("rebind-address", "another source address each TIME", text(), "TIME");
  parser.add_options()("rebind-after", "another source port once", text(), "TIME");
  parser.add_options()("seed", "what chance is derived from; printed when it is not given",
                       cxxopts::value<std::uint64_t>(), "NUMBER");
  parser.add_options()("far", "run LINE (by /bin/sh) at the far end until the command ends; may be given many times",
                       cxxopts::value<texts>(), "LINE");
  parser.add_options()("no-host", "nothing of this host is reached: there is only the far end");
  parser.add_options()("list-profiles", "print the links that have names");
  parser.add_options()("json", "print the counters as JSON on standard output at the end");
  parser.add_options()("report", "write them to FILE", text(), "FILE");
  parser.add_options()("q,quiet", "no first line and no table at the end");
  parser.add_options()("version", "print the version");
  parser.add_options()("h,help", "print this");
  return parser;
}

std::string list_profiles() {
  std::string list;
  for (const link_model::profile& each : link_model::profiles()) {
    list += fmt::format("{:<24}{}\n", each.name, each.description);
  }
  return list;
}

void begin_with_profile(link_emulator::link_plan& plan, const std::string& name) {
  const link_model::profile* profile = link_model::find_profile(name);
  if (profile == nullptr) {
    throw usage_error{fmt::format("--profile {}: there is no such link; `tern link --list-profiles` names them", name)};
  }
  plan.up = profile->up;
  plan.down = profile->down;
  plan.nat = profile->nat;
}

void apply(const cxxopts::ParseResult& parsed, const std::string& name, const impairment_option& option,
           std::initializer_list<link_model::impairments*> sides) {
  if (parsed.count(name) == 0) return;
  for (const std::string& value : parsed[name].as<texts>()) {
    try {
      for (link_model::impairments* side : sides) option.apply(*side, value);
    } catch (const usage_error& problem) {
      throw usage_error{fmt::format("--{}: {}", name, problem.what())};
    }
  }
}

void apply_impairments(const cxxopts::ParseResult& parsed, link_emulator::link_plan& plan) {
  for (const impairment_option& each : impairment_options()) {
    apply(parsed, std::string{each.name}, each, {&plan.up, &plan.down});
    apply(parsed, fmt::format("up-{}", each.name), each, {&plan.up});
    apply(parsed, fmt::format("down-{}", each.name), each, {&plan.down});
  }
  for (const std::string_view name : {"queue", "up-queue", "down-queue"}) {
    const bool has_rate = plan.up.rate.bits_per_second > 0 || plan.down.rate.bits_per_second > 0;
    if (parsed.count(std::string{name}) != 0 && !has_rate) {
      throw usage_error{fmt::format("--{}: nothing waits without a --rate", name)};
    }
  }
}

void set_time(const cxxopts::ParseResult& parsed, const std::string& name, link_model::duration& to) {
  if (parsed.count(name) == 0) return;
  const auto time = cli::parse_duration(parsed[name].as<std::string>());
  if (!time) throw usage_error{fmt::format("--{}: {}", name, time.error())};
  to = *time;
}

// Short enough to be typed again.
std::uint64_t any_seed() {
  std::array<std::uint8_t, 4> octets{};
  udp::system_entropy{}.fill(octets);
  std::uint64_t seed = 0;
  for (const std::uint8_t each : octets) seed = seed << 8 | each;
  return seed;
}

command_line ends_with(std::string text, int status = 0) {
  return {.run = {}, .ends = true, .status = status, .text = std::move(text)};
}

// cxxopts quotes in a way that not every terminal shows.
std::string without_curly_quotes(std::string text) {
  for (const std::string_view quote : {"\u2018", "\u2019"}) {
    for (auto at = text.find(quote); at != std::string::npos; at = text.find(quote))
      text.replace(at, quote.size(), "'");
  }
  return text;
}

// cxxopts wants a value that may be missing behind `=`; people write a space.
std::vector<const char*> with_joined_values(std::span<const char* const> words, std::vector<std::string>& storage) {
  std::vector<const char*> result;
  storage.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word{words[i]};
    const bool may_have_value = word.starts_with("--") && word.ends_with("block-udp");
    if (may_have_value && i + 1 < words.size() && std::isdigit(static_cast<unsigned char>(*words[i + 1])) != 0) {
      storage.push_back(fmt::format("{}={}", word, words[++i]));
      result.push_back(storage.back().c_str());
    } else {
      result.push_back(words[i]);
    }
  }
  return result;
}

std::string joined(std::span<const char* const> words) {
  std::string line;
  for (const char* each : words) line += fmt::format("{}{}", line.empty() ? "" : " ", each);
  return line;
}

command_line parse(const cxxopts::Options& parser, const cxxopts::ParseResult& parsed) {
  if (parsed.count("help") != 0) return ends_with(parser.help({""}) + std::string{guide});
  if (parsed.count("version") != 0) return ends_with("tern-link " TERN_VERSION "\n");
  if (parsed.count("list-profiles") != 0) return ends_with(list_profiles());
  if (!parsed.unmatched().empty()) {
    throw usage_error{fmt::format("{}: not an option; write `--` before the command", parsed.unmatched().front())};
  }
  command_line line;
  link_emulator::link_plan& plan = line.run.plan;
  if (parsed.count("profile") != 0) begin_with_profile(plan, parsed["profile"].as<std::string>());
  apply_impairments(parsed, plan);
  set_time(parsed, "rebind-port", plan.nat.port_every);
  set_time(parsed, "rebind-address", plan.nat.address_every);
  set_time(parsed, "rebind-after", plan.nat.port_after);
  plan.seed = parsed.count("seed") != 0 ? parsed["seed"].as<std::uint64_t>() : any_seed();
  if (parsed.count("far") != 0) line.run.far_commands = parsed["far"].as<texts>();
  if (parsed.count("report") != 0) line.run.report_file = parsed["report"].as<std::string>();
  line.run.reaches_host = parsed.count("no-host") == 0;
  line.run.quiet = parsed.count("quiet") != 0;
  line.run.json = parsed.count("json") != 0;
  return line;
}

}  // namespace

command_line parse_command_line(int argc, const char* const* argv) {
  const std::span words{argv, static_cast<std::size_t>(argc)};
  const auto separator = std::find(words.begin(), words.end(), std::string_view{"--"});
  const auto own = words.first(static_cast<std::size_t>(separator - words.begin()));
  cxxopts::Options parser = make_parser();
  try {
    std::vector<std::string> storage;
    const auto joined_words = with_joined_values(own, storage);
    command_line line = parse(parser, parser.parse(static_cast<int>(joined_words.size()), joined_words.data()));
    if (separator != words.end()) line.run.command.assign(separator + 1, words.end());
    line.run.description = joined(own.subspan(1));
    return line;
  } catch (const std::exception& problem) {
    return ends_with(fmt::format("tern-link: {}\nTry `tern link --help`.\n", without_curly_quotes(problem.what())),
                     usage_status);
  }
}

}  // namespace tern::link_program
