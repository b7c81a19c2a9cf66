#include "tools/bench/options.hpp"

#include "tools/bench/contender.hpp"

#include <algorithm>
#include <cxxopts.hpp>
#include <fmt/format.h>

namespace tern::bench {

namespace {

constexpr std::size_t message_bytes_min = 8;  // room for the number that is checked
constexpr std::size_t message_bytes_max = 16'000;
constexpr double seconds_min = 0.01;
constexpr double seconds_max = 3600;

cxxopts::Options declare() {
  cxxopts::Options parser("tern-bench", "Throughput of small messages on loopback: tern beside its peers, in one run.");
  parser.add_options()                                                                                             //
      ("seconds", "how long each trial is measured", cxxopts::value<double>()->default_value("1.2"), "S")          //
      ("repeat", "trials of each row; medians are shown", cxxopts::value<std::size_t>()->default_value("3"), "N")  //
      ("size", "bytes of a message, several with commas",
       cxxopts::value<std::vector<std::size_t>>()->default_value("64,1000"),
       "BYTES")                                                                                         //
      ("only", "rows to run, several with commas", cxxopts::value<std::vector<std::string>>(), "ROWS")  //
      ("json", "print JSON lines instead of a table")                                                   //
      ("h,help", "print this");
  return parser;
}

void check(const options& wanted) {
  if (!(wanted.seconds.count() >= seconds_min && wanted.seconds.count() <= seconds_max))
    throw usage_error(fmt::format("--seconds must be between {} and {}", seconds_min, seconds_max));
  if (wanted.repeat == 0) throw usage_error("--repeat must be at least 1");
  for (const std::size_t size : wanted.sizes) {
    if (size < message_bytes_min || size > message_bytes_max)
      throw usage_error(fmt::format("--size must be between {} and {}", message_bytes_min, message_bytes_max));
  }
  const auto rows = all_contenders();
  for (const std::string& name : wanted.only) {
    if (std::none_of(rows.begin(), rows.end(), [&](const contender& row) { return row.name == name; }))
      throw usage_error(fmt::format("--only: there is no row {} in this program", name));
  }
}

options read(const cxxopts::ParseResult& parsed) {
  options wanted;
  wanted.help = parsed.count("help") > 0;
  wanted.json = parsed.count("json") > 0;
  wanted.seconds = std::chrono::duration<double>{parsed["seconds"].as<double>()};
  wanted.repeat = parsed["repeat"].as<std::size_t>();
  wanted.sizes = parsed["size"].as<std::vector<std::size_t>>();
  if (parsed.count("only") > 0) wanted.only = parsed["only"].as<std::vector<std::string>>();
  if (!parsed.unmatched().empty()) throw usage_error("unexpected word: " + parsed.unmatched().front());
  return wanted;
}

}  // namespace

bool options::wants(const std::string& row) const {
  return only.empty() || std::find(only.begin(), only.end(), row) != only.end();
}

options parse_options(int argc, char** argv) {
  try {
    options wanted = read(declare().parse(argc, argv));
    if (!wanted.help) check(wanted);
    return wanted;
  } catch (const cxxopts::exceptions::exception& error) {
    throw usage_error(error.what());
  }
}

std::string help_text() {
  std::string text = declare().help() + "\nRows:\n";
  for (const contender& row : all_contenders()) text += fmt::format("  {:<15} {}\n", row.name, row.description);
  return text + fmt::format("ENet: {}\n", enet_version());
}

}  // namespace tern::bench
