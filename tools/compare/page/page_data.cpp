#include "tools/compare/page/page_data.hpp"

#include "tools/compare/analysis/head_of_line.hpp"
#include "tools/compare/analysis/latency_distribution.hpp"
#include "tools/compare/analysis/progress.hpp"

#include <algorithm>
#include <cmath>

namespace tern::compare {

namespace {

constexpr std::size_t curve_points = 121;

// Microseconds are enough for a picture.
json milliseconds(duration time) { return std::round(static_cast<double>(time.count()) / 1e3) / 1e3; }
json milliseconds(const std::optional<duration>& time) { return time ? milliseconds(*time) : json(nullptr); }

json percentiles_json(const trial_record& trial, const promises& promised) {
  const latency_distribution latencies = latencies_of(trial.messages, promised.delivery);
  const double count = static_cast<double>(latencies.sorted().size());
  json shares = json::array();
  json values = json::array();
  const auto add = [&](double share) {
    shares.push_back(share);
    values.push_back(milliseconds(latencies.at(share)));
  };
  // Even in nines: 0, 50, 75, 90, 95 %, and on as far as there are messages for it.
  constexpr double step = 0.05;
  const double last = std::log10(count + 1);
  for (double nines = 0; nines < last; nines += step) add(1 - std::pow(10, -nines));
  add(count / (count + 1));
  return {{"shares", shares}, {"ms", values}};
}

json progress_json(const trial_record& trial, const promises& promised, duration end) {
  json at = json::array();
  json due = json::array();
  json delivered = json::array();
  json in_flight = json::array();
  for (const progress_point& each : progress_of(trial.messages, promised.delivery, end, curve_points)) {
    at.push_back(milliseconds(each.at));
    due.push_back(each.due);
    delivered.push_back(each.delivered);
    in_flight.push_back(each.in_flight);
  }
  return {{"ms", at}, {"due", due}, {"delivered", delivered}, {"in_flight", in_flight}};
}

json messages_json(const trial_record& trial, const promises& promised) {
  json due = json::array();
  json took = json::array();
  json waited = json::array();
  const std::size_t count = std::min(trial.messages.size(), messages_drawn_max);
  for (std::size_t i = 0; i < count; ++i) {
    due.push_back(milliseconds(trial.messages[i].scheduled));
    took.push_back(milliseconds(trial.messages[i].latency()));
    waited.push_back(0);
  }
  if (promised.order) {
    for (const stall& each : find_stalls(trial.messages)) {
      if (each.message < count) waited[each.message] = milliseconds(each.waited);
    }
  }
  return {{"due", due}, {"took", took}, {"waited", waited}};
}

json repetitions_json(const trial_record& trial) {
  json all = json::array();
  const std::size_t count = std::min(trial.repetitions.size(), messages_drawn_max);
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back({milliseconds(trial.repetitions[i].at), trial.repetitions[i].packets});
  }
  return all;
}

json course_json(const course& row, duration end) {
  json object{{"name", row.name()},
              {"mode", row.how.name},
              {"description", row.how.description},
              {"delivery", row.how.promised.delivery},
              {"order", row.how.promised.order},
              {"impaired", row.is_impaired}};
  object["loss"] = row.loss ? json(*row.loss) : json(nullptr);
  object["failure"] = row.failure.empty() ? json(nullptr) : json(row.failure);
  object["figures"] = figures_json(row.median);
  if (row.outcomes.empty()) return object;
  object["percentiles"] = percentiles_json(row.shown, row.how.promised);
  object["progress"] = progress_json(row.shown, row.how.promised, end);
  object["messages"] = messages_json(row.shown, row.how.promised);
  object["repetitions"] = repetitions_json(row.shown);
  return object;
}

// Rows of the same loss share their axis of time.
duration longest(const comparison_result& result, const course& like) {
  duration end{1};
  for (const course& row : result.courses) {
    if (row.loss == like.loss) end = std::max(end, row.shown.length);
  }
  return end;
}

}  // namespace

json page_data(const comparison& wanted, const comparison_result& result) {
  json summary = summary_of(wanted, result);
  summary.erase("modes");
  json courses = json::array();
  for (const course& row : result.courses) courses.push_back(course_json(row, longest(result, row)));
  json losses = json::array();
  for (const double each : wanted.losses) losses.push_back(each);
  return {{"summary", summary}, {"losses", losses}, {"courses", courses}};
}

}  // namespace tern::compare
