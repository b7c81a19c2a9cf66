#include "tools/compare/run/comparison_run.hpp"

#include "tools/compare/plan/usage_error.hpp"
#include "tools/compare/run/tun_backend.hpp"
#include "tools/link/emulator/failure.hpp"

#include <fmt/format.h>

namespace tern::compare {

namespace {

constexpr const char* tun_text = "two network namespaces joined by the emulated link (tun)";
constexpr const char* loopback_text =
    "sockets on loopback, UDP through the link model; TCP unimpaired: its delivery counts, its latency says nothing";

bool has_nat(const link_model::rebinding& nat) {
  return nat.port_every > duration{} || nat.address_every > duration{} || nat.port_after > duration{};
}

link_choice choose_link(const comparison& wanted) {
  link_choice choice;
  if (wanted.backend == backend_kind::loopback) {
    choice = {backend_kind::loopback, fmt::format("{}; as asked for", loopback_text)};
  } else {
    const std::string obstacle = tun_obstacle();
    if (obstacle.empty()) return {backend_kind::tun, tun_text};
    if (wanted.backend) throw link_emulator::failure{obstacle};
    choice = {backend_kind::loopback, fmt::format("{} (no namespaces: {})", loopback_text, obstacle)};
  }
  if (has_nat(wanted.link.nat)) throw usage_error{"a NAT that rebinds needs --link tun"};
  return choice;
}

link_emulator::link_plan link_of(const comparison& wanted, const course& row, std::uint32_t repetition) {
  link_emulator::link_plan plan = wanted.link;
  plan.seed += repetition;
  if (row.loss) plan.up.loss = plan.down.loss = *row.loss;
  return plan;
}

void keep(course& row, trial_result&& result, comparison_watcher& watcher, const trial_place& place) {
  outcome figures;
  if (result.failure.empty()) {
    figures = analyse(result.record, row.how.promised);
    if (row.outcomes.empty()) row.shown = std::move(result.record);
    row.outcomes.push_back(figures);
  } else {
    row.failure = result.failure;
  }
  watcher.on_trial(place, figures, result.failure);
}

}  // namespace

std::string percent_text(double share) { return fmt::format("{:.6g}%", 100 * share); }

std::string course::name() const { return loss ? fmt::format("{}@{}", how.name, percent_text(*loss)) : how.name; }

std::vector<course> planned_courses(const comparison& wanted, backend_kind kind) {
  std::vector<std::optional<double>> losses{wanted.losses.begin(), wanted.losses.end()};
  if (losses.empty()) losses.emplace_back();
  std::vector<course> courses;
  for (const auto& loss : losses) {
    for (const mode& each : wanted.modes) {
      course row;
      row.how = each;
      row.loss = loss;
      row.is_impaired = kind == backend_kind::tun || !is_tcp(each.how);
      courses.push_back(std::move(row));
    }
  }
  return courses;
}

comparison_result run_comparison(const comparison& wanted, comparison_watcher& watcher) {
  comparison_result result;
  result.link = choose_link(wanted);
  result.courses = planned_courses(wanted, result.link.kind);
  watcher.on_link(result.link);
  std::size_t number = 0;
  for (std::uint32_t repetition = 0; repetition < wanted.repeat; ++repetition) {
    for (course& row : result.courses) {
      const trial_setting setting{row.how, wanted.work, result.link.kind, link_of(wanted, row, repetition)};
      const trial_place place{row, setting.plan.seed, ++number, wanted.repeat * result.courses.size()};
      keep(row, run_trial(setting, [&](trial_progress progress) { watcher.on_progress(place, progress); }), watcher,
           place);
    }
  }
  for (course& row : result.courses) row.median = medians(row.outcomes);
  return result;
}

}  // namespace tern::compare
