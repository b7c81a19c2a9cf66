#include "tools/compare/report/summary.hpp"

#include "tools/compare/plan/usage_error.hpp"

#include <fmt/format.h>

namespace tern::compare {

namespace {

double milliseconds(duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

json workload_json(const workload& work) {
  json object{{"message_bytes", work.message_bytes}, {"lanes", work.lanes}, {"limit_ms", milliseconds(work.limit)}};
  object["saturating_ms"] = work.is_saturating() ? json(milliseconds(work.saturating)) : json(nullptr);
  object["messages"] = work.is_saturating() ? json(nullptr) : json(work.messages);
  object["interval_ms"] = work.is_saturating() ? json(nullptr) : json(milliseconds(work.interval));
  return object;
}

json link_json(const comparison& wanted, const link_choice& link) {
  return {{"kind", link.kind == backend_kind::tun ? "tun" : "loopback"},
          {"text", link.text},
          {"options", wanted.link_words}};
}

json course_json(const course& row) {
  json object{{"mode", row.how.name},
              {"description", row.how.description},
              {"loss", or_null(row.loss)},
              {"promises_delivery", row.how.promised.delivery},
              {"keeps_order", row.how.promised.order},
              {"impaired", row.is_impaired},
              {"trials", row.outcomes.size()}};
  object["failure"] = row.failure.empty() ? json(nullptr) : json(row.failure);
  object.update(figures_json(row.median));
  return object;
}

const json* find(const json& within, std::string_view path) {
  if (path.empty()) return &within;
  if (!within.is_object()) return nullptr;
  const json* best = nullptr;
  for (const auto& [name, member] : within.items()) {
    if (!path.starts_with(name) || (path.size() > name.size() && path[name.size()] != '.')) continue;
    const json* found = find(member, path.size() > name.size() ? path.substr(name.size() + 1) : std::string_view{});
    if (found != nullptr) best = found;
  }
  return best;
}

}  // namespace

json figures_json(const outcome& figures) {
  json object = json::object();
  for (const figure& each : all_figures()) {
    const auto dot = each.path.find('.');
    const json value = or_null(figures.*each.value);
    if (dot == std::string_view::npos) {
      object[std::string{each.path}] = value;
    } else {
      object[std::string{each.path.substr(0, dot)}][std::string{each.path.substr(dot + 1)}] = value;
    }
  }
  return object;
}

json summary_of(const comparison& wanted, const comparison_result& result) {
  json modes = json::object();
  for (const course& row : result.courses) modes[row.name()] = course_json(row);
  return {{"record", "summary"},
          {"schema", summary_schema},
          {"version", TERN_VERSION},
          {"command", wanted.command},
          {"seed", wanted.link.seed},
          {"repeat", wanted.repeat},
          {"link", link_json(wanted, result.link)},
          {"workload", workload_json(wanted.work)},
          {"modes", modes}};
}

found_figure find_figure(const json& summary, const std::string& path) {
  const json* found = find(summary, path);
  if (found == nullptr || !(found->is_number() || found->is_null())) return {};
  return {true, found->is_number() ? std::optional{found->get<double>()} : std::nullopt};
}

void check_paths(const comparison& wanted) {
  const json empty = summary_of(wanted, {{}, planned_courses(wanted, backend_kind::tun)});
  for (const threshold& each : wanted.thresholds) {
    if (find_figure(empty, each.path).exists) continue;
    throw usage_error{fmt::format("--fail-if '{}': the summary has no such number; one is modes.{}.latency_ms.p99",
                                  each.text, planned_courses(wanted, backend_kind::tun).front().name())};
  }
}

std::vector<std::string> missed_thresholds(const comparison& wanted, const json& summary) {
  std::vector<std::string> lines;
  for (const threshold& each : wanted.thresholds) {
    const auto value = find_figure(summary, each.path).value;
    if (each.holds(value)) continue;
    lines.push_back(fmt::format("missed: {} is {}, wanted {}", each.path,
                                value ? fmt::format("{:.6g}", *value) : "not there", each.text));
  }
  return lines;
}

std::string json_line(const json& record) { return record.dump(-1, ' ', false, json::error_handler_t::replace) + '\n'; }

}  // namespace tern::compare
