#include "relay/control/control_answer.hpp"

#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tern::relay {

namespace {

using json = nlohmann::ordered_json;

json answer(std::string_view record) { return {{"schema", control_schema}, {"record", record}, {"ok", true}}; }

// What others wrote, or what is damaged, may be anything but UTF-8.
std::string line(const json& record) { return record.dump(-1, ' ', true, json::error_handler_t::replace) + '\n'; }

json json_of(const std::optional<latency_summary>& summary) {
  if (!summary) return nullptr;
  return {{"count", summary->count},
          {"p50_us", summary->p50.count()},
          {"p90_us", summary->p90.count()},
          {"p99_us", summary->p99.count()},
          {"max_us", summary->most.count()}};
}

json json_of(const std::vector<named_count>& counts) {
  json record = json::object();
  for (const auto& [name, count] : counts) record[std::string{name}] = count;
  return record;
}

json json_of(const damage& found) {
  const bool is_room = found.log.kind == log_kind::room;
  json one = json::object();
  if (found.log.name.empty()) {
    one["log"] = nullptr;
  } else {
    one["log"] = is_room ? found.log.name : proto::to_base64url(proto::as_bytes(found.log.name));
    one["kind"] = is_room ? "room" : "inbox";
    one["position"] = found.position.value;
  }
  one["what"] = found.what;
  return one;
}

}  // namespace

std::string refusal_line(std::string_view record, std::string_view why) {
  json refused = answer(record);
  refused["ok"] = false;
  refused["error"] = why;
  return line(refused);
}

std::string stats_line(const relay_stats& stats) {
  json record = answer("stats");
  record["version"] = stats.version;
  record["data"] = stats.data;
  record["durability"] = stats.durability;
  record["uptime_ms"] = stats.uptime.count();
  record["draining"] = stats.is_draining;
  record["connections"] = stats.connections;
  record["half_open"] = stats.half_open;
  record["text_visitors"] = stats.text_visitors;
  record["rooms"] = stats.rooms;
  record["committed"] = stats.committed;
  record["duplicates"] = stats.duplicates;
  record["relayed"] = stats.relayed;
  record["delivered"] = stats.delivered;
  record["commit_latency"] = json_of(stats.commit_latency);
  record["queues"] = {{"appends", stats.appends_waiting},
                      {"append_bytes", stats.append_bytes_waiting},
                      {"others", stats.others_waiting},
                      {"undecided", stats.undecided}};
  record["refusals"] = json_of(stats.refusals);
  record["events"] = json_of(stats.events);
  record["bytes_received"] = stats.bytes_received;
  record["bytes_sent"] = stats.bytes_sent;
  record["receive_drops"] = stats.receive_drops;
  record["log_bytes"] = stats.log_bytes;
  record["journal_bytes"] = stats.journal_bytes;
  record["disk_free_bytes"] = stats.disk_free_bytes;
  return line(record);
}

std::string backup_line(std::string_view path, std::uint64_t bytes) {
  json record = answer("backup");
  record["path"] = path;
  record["bytes"] = bytes;
  return line(record);
}

std::string invite_line(std::string_view id, std::string_view name) {
  json record = answer("invite");
  record["id"] = id;
  record["name"] = name;
  return line(record);
}

std::string verify_line(std::string_view what, const verify_report& report) {
  json record = answer("verify");
  record["of"] = what;
  record["sound"] = report.damages_found == 0;
  record["rooms"] = report.rooms;
  record["inboxes"] = report.logs - report.rooms;
  record["rows"] = report.rows;
  record["damages_found"] = report.damages_found;
  record["damages"] = json::array();
  const std::size_t told = std::min(report.damages.size(), damages_told_max);
  for (std::size_t i = 0; i < told; ++i) record["damages"].push_back(json_of(report.damages[i]));
  return line(record);
}

}  // namespace tern::relay
