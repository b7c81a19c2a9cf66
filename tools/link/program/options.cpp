#include "tools/link/program/options.hpp"

#include "tools/link/setting/link_words.hpp"
#include "tools/link/setting/usage_error.hpp"

#include <algorithm>
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

cxxopts::Options make_parser() {
  cxxopts::Options parser{"tern link", "Runs a command behind an emulated link."};
  parser.custom_help("[IMPAIRMENT…] [--] [COMMAND…]");
  link_setting::declare_link(parser);
  const auto text = [] { return cxxopts::value<std::string>(); };
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

command_line ends_with(std::string text, int status = 0) {
  return {.run = {}, .ends = true, .status = status, .text = std::move(text)};
}

std::string joined(std::span<const char* const> words) {
  std::string line;
  for (const char* each : words) line += fmt::format("{}{}", line.empty() ? "" : " ", each);
  return line;
}

command_line parse(const cxxopts::Options& parser, const cxxopts::ParseResult& parsed) {
  if (parsed.count("help") != 0) return ends_with(parser.help({""}) + std::string{guide});
  if (parsed.count("version") != 0) return ends_with("tern-link " TERN_VERSION "\n");
  if (parsed.count("list-profiles") != 0) return ends_with(link_setting::profile_list());
  if (!parsed.unmatched().empty()) {
    throw link_setting::usage_error{
        fmt::format("{}: not an option; write `--` before the command", parsed.unmatched().front())};
  }
  command_line line;
  line.run.plan = link_setting::read_link(parsed);
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
    const auto joined_words = link_setting::with_joined_values(own, storage);
    command_line line = parse(parser, parser.parse(static_cast<int>(joined_words.size()), joined_words.data()));
    if (separator != words.end()) line.run.command.assign(separator + 1, words.end());
    line.run.description = joined(own.subspan(1));
    return line;
  } catch (const std::exception& problem) {
    return ends_with(
        fmt::format("tern-link: {}\nTry `tern link --help`.\n", link_setting::without_curly_quotes(problem.what())),
        usage_status);
  }
}

}  // namespace tern::link_program
