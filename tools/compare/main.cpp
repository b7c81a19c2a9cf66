// tern-compare: UDP, TCP and tern carry the same messages over the same link.
#include "tools/compare/page/page.hpp"
#include "tools/compare/plan/options.hpp"
#include "tools/compare/plan/usage_error.hpp"
#include "tools/compare/report/csv.hpp"
#include "tools/compare/report/live_report.hpp"
#include "tools/compare/report/summary.hpp"
#include "tools/compare/report/table.hpp"
#include "tools/link/setting/printed.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

namespace tern::compare {

namespace {

constexpr int status_failed = 1;
constexpr int status_usage = 2;
constexpr int status_threshold = 10;

// The link's processes are waited for by name; a signal would only interrupt.
void block_child_signals() {
  sigset_t children{};
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, nullptr);
}

std::string text_of(const comparison& wanted, const comparison_result& result, const json& summary) {
  switch (wanted.output) {
    case output_form::json:
      return json_line(summary);
    case output_form::csv:
      return csv(wanted, result);
    case output_form::table:
      break;
  }
  return table(wanted, result);
}

// What the page needs, before minutes are spent on measuring: the library, and a file that
// can be written.
std::string ready_for_page(const comparison& wanted) {
  if (wanted.html_file.empty()) return {};
  write_file(wanted.html_file, "");
  return chart_library();
}

int run(const comparison& wanted) {
  check_paths(wanted);
  const std::string library = ready_for_page(wanted);
  block_child_signals();
  live_report live{wanted};
  const comparison_result result = run_comparison(wanted, live);
  live.clear();
  const json summary = summary_of(wanted, result);
  std::fputs(text_of(wanted, result, summary).c_str(), stdout);
  if (!wanted.html_file.empty()) write_file(wanted.html_file, page(wanted, result, library));
  const auto missed = missed_thresholds(wanted, summary);
  for (const std::string& each : missed) std::fprintf(stderr, "tern-compare: %s\n", each.c_str());
  const bool is_good =
      std::all_of(result.courses.begin(), result.courses.end(), [](const course& row) { return row.failure.empty(); });
  if (!is_good) return status_failed;
  return missed.empty() ? 0 : status_threshold;
}

// With --json even a failure ends in a record.
int report_failure(const comparison& wanted, const std::exception& problem, int status) {
  std::fprintf(stderr, "tern-compare: %s\n", problem.what());
  if (wanted.output == output_form::json) {
    const json record{
        {"record", "failure"}, {"schema", summary_schema}, {"failure", problem.what()}, {"status", status}};
    std::fputs(json_line(record).c_str(), stdout);
  }
  return status;
}

int main_of(int argc, char** argv) {
  const command_line line = parse_command_line(argc, argv);
  if (line.ends) {
    std::fputs(line.text.c_str(), line.status == 0 ? stdout : stderr);
    return line.status;
  }
  try {
    return run(line.run);
  } catch (const usage_error& problem) {
    return report_failure(line.run, problem, status_usage);
  } catch (const std::exception& problem) {
    return report_failure(line.run, problem, status_failed);
  }
}

}  // namespace
}  // namespace tern::compare

int main(int argc, char** argv) {
  return tern::link_setting::after_printing("tern-compare", tern::compare::main_of(argc, argv));
}
