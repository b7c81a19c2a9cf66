#include "tools/bench/report.hpp"
#include "tools/bench/setting.hpp"

#include <nlohmann/json.hpp>

namespace tern::bench {

namespace {

using json = nlohmann::ordered_json;

json or_null(const std::optional<double>& figure) { return figure ? json(*figure) : json(nullptr); }

json json_of(const row& each) {
  json line{{"record", "row"},
            {"row", each.name},
            {"message_bytes", each.message_bytes},
            {"trials", each.trials},
            {"messages_per_second", each.messages_per_second},
            {"megabits_per_second", each.megabits_per_second},
            {"cpu_seconds_per_million", each.cpu_seconds_per_million},
            {"receive_drops", each.receive_drops},
            {"datagrams_lost", each.datagrams_lost}};
  line["latency_p50_ms"] = or_null(each.latency_p50);
  line["latency_p99_ms"] = or_null(each.latency_p99);
  line["lost_share"] = or_null(each.lost_share);
  line["share_of_limit"] = or_null(each.share_of_limit);
  line["failure"] = each.failure.empty() ? json(nullptr) : json(each.failure);
  return line;
}

json closing_record(const options& wanted, const std::vector<row>& rows) {
  const setting here = this_setting();
  return {{"record", "end"},
          {"schema", "tern-bench/1"},
          {"rows", rows.size()},
          {"seconds", wanted.seconds.count()},
          {"repeat", wanted.repeat},
          {"sizes", wanted.sizes},
          {"cores", here.cores},
          {"kernel", here.kernel},
          {"receive_buffer_bytes_asked", here.receive_buffer_bytes_asked},
          {"receive_buffer_bytes_given", here.receive_buffer_bytes_given},
          {"assertions", here.has_assertions},
          {"limits_raised", limits_raised()},
          {"enet", enet_version()}};
}

std::string one_line(const json& record) { return record.dump(-1, ' ', false, json::error_handler_t::replace) + '\n'; }

}  // namespace

std::string sample_line(const std::string& name, std::size_t message_bytes, const sample& measured) {
  json line{{"record", "sample"},
            {"row", name},
            {"message_bytes", message_bytes},
            {"seconds", measured.seconds},
            {"messages", measured.messages},
            {"cpu_seconds", measured.cpu_seconds},
            {"sent", measured.sent},
            {"delivered", measured.delivered},
            {"datagrams", measured.datagrams},
            {"datagrams_lost", measured.datagrams_lost},
            {"receive_drops", measured.receive_drops},
            {"out_of_order", measured.out_of_order}};
  line["latency_p50_ms"] = or_null(measured.latency_p50);
  line["latency_p99_ms"] = or_null(measured.latency_p99);
  line["failure"] = measured.failure.empty() ? json(nullptr) : json(measured.failure);
  return one_line(line);
}

std::string closing_lines(const options& wanted, const std::vector<row>& rows) {
  std::string lines;
  for (const row& each : rows) lines += one_line(json_of(each));
  return lines + one_line(closing_record(wanted, rows));
}

}  // namespace tern::bench
