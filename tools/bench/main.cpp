// tern-bench: tern's throughput beside its peers', in the same run. The rows take
// turns, so that what else the machine does falls on all of them.
#include "tools/bench/options.hpp"
#include "tools/bench/report.hpp"
#include "tools/bench/trial.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace tern::bench {

namespace {

// A contender with a size, and what was measured of it.
struct course {
  contender who;
  std::size_t message_bytes;
  std::vector<sample> samples;
};

std::vector<course> planned(const options& wanted) {
  std::vector<course> all;
  for (const contender& each : all_contenders()) {
    if (each.fixed_bytes != 0 && wanted.wants(each.name)) all.push_back({each, each.fixed_bytes, {}});
  }
  for (const std::size_t size : wanted.sizes) {
    for (const contender& each : all_contenders()) {
      if (each.fixed_bytes == 0 && wanted.wants(each.name)) all.push_back({each, size, {}});
    }
  }
  return all;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

void run_once(course& next, const options& wanted) {
  next.samples.push_back(run_trial(next.who, {next.message_bytes}, wanted.seconds));
  if (wanted.json) print(sample_line(next.who.name, next.message_bytes, next.samples.back()));
}

std::vector<row> rows_of(const std::vector<course>& courses) {
  std::vector<row> rows;
  for (const course& each : courses)
    rows.push_back(summarize(each.who.name, each.message_bytes, !each.who.is_reliable, each.samples));
  set_shares(rows);
  return rows;
}

int run(const options& wanted) {
  std::vector<course> courses = planned(wanted);
  for (std::size_t i = 0; i < wanted.repeat; ++i) {
    for (course& each : courses) run_once(each, wanted);
  }
  const std::vector<row> rows = rows_of(courses);
  print(wanted.json ? closing_lines(wanted, rows) : table(wanted, rows));
  const bool is_good = std::all_of(rows.begin(), rows.end(), [](const row& each) { return each.failure.empty(); });
  return is_good ? 0 : 1;
}

int main_of(int argc, char** argv) {
  try {
    const options wanted = parse_options(argc, argv);
    if (!wanted.help) return run(wanted);
    print(help_text());
    return 0;
  } catch (const usage_error& error) {
    std::fprintf(stderr, "tern-bench: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tern-bench: %s\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace tern::bench

int main(int argc, char** argv) { return tern::bench::main_of(argc, argv); }
