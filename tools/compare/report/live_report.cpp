#include "tools/compare/report/live_report.hpp"

#include "tools/compare/report/summary.hpp"
#include "tools/compare/report/table.hpp"
#include "udp/clock.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace tern::compare {

namespace {
constexpr duration redraw_every = std::chrono::milliseconds{200};
constexpr const char* clear_line = "\r\x1b[K";

void write(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
  std::fflush(to);
}
}  // namespace

live_report::live_report(const comparison& wanted)
    : wanted_{wanted},
      on_terminal_{::isatty(STDERR_FILENO) == 1},
      shows_progress_{wanted.progress == progress_form::always ||
                      (wanted.progress == progress_form::automatic && on_terminal_)} {}

void live_report::on_link(const link_choice& link) {
  const bool comes_with_the_table = wanted_.output == output_form::table && !shows_progress_;
  if (!wanted_.quiet && !comes_with_the_table) write(stderr, "tern-compare: " + heading(wanted_, link));
}

void live_report::show(const std::string& text) {
  if (!shows_progress_) return;
  if (on_terminal_) {
    write(stderr, clear_line + text);
    has_line_ = true;
  } else {
    write(stderr, text + "\n");
  }
}

void live_report::on_progress(const trial_place& place, trial_progress progress) {
  const auto now = udp::clock::now();
  if (!on_terminal_ || now < next_) return;
  next_ = now + redraw_every;
  show(fmt::format("[{}/{}] {}, seed {}: {} sent, {} delivered", place.number, place.count, place.of.name(), place.seed,
                   progress.sent, progress.delivered));
}

void live_report::on_trial(const trial_place& place, const outcome& figures, const std::string& failure) {
  if (!on_terminal_) {
    show(fmt::format("[{}/{}] {}, seed {}: {}", place.number, place.count, place.of.name(), place.seed,
                     failure.empty() ? fmt::format("{:.0f} delivered", figures.delivered.value_or(0)) : failure));
  }
  if (wanted_.output != output_form::json) return;
  json record{{"record", "trial"}, {"name", place.of.name()}, {"mode", place.of.how.name}, {"seed", place.seed}};
  record["failure"] = failure.empty() ? json(nullptr) : json(failure);
  if (failure.empty()) record.update(figures_json(figures));
  clear();
  write(stdout, json_line(record));
}

void live_report::clear() {
  if (has_line_) write(stderr, clear_line);
  has_line_ = false;
}

}  // namespace tern::compare
