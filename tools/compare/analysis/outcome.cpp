#include "tools/compare/analysis/outcome.hpp"

#include "tools/compare/analysis/delivery_count.hpp"
#include "tools/compare/analysis/head_of_line.hpp"
#include "tools/compare/analysis/latency_distribution.hpp"
#include "tools/compare/analysis/median.hpp"
#include "tools/compare/analysis/reordering.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace tern::compare {

namespace {

constexpr std::array figures{
    figure{"due", "messages scheduled", &outcome::due},
    figure{"delivered", "messages that came, in time", &outcome::delivered},
    figure{"lost", "that did not, where nothing was promised", &outcome::lost},
    figure{"late", "that did not within the limit, where delivery was promised", &outcome::late},
    figure{"delivered_share", "of those due, 0 to 1", &outcome::delivered_share},
    figure{"duplicates", "deliveries after the first", &outcome::duplicates},
    figure{"reordered", "delivered behind a later one (RFC 4737)", &outcome::reordered},
    figure{"reordering_extent_max", "deliveries to hold to restore the order", &outcome::reordering_extent_max},
    figure{"latency_ms.min", "from the scheduled time to delivery", &outcome::latency_min},
    figure{"latency_ms.p50", "percentiles, by nearest rank", &outcome::latency_p50},
    figure{"latency_ms.p90", "", &outcome::latency_p90},
    figure{"latency_ms.p95", "", &outcome::latency_p95},
    figure{"latency_ms.p99", "", &outcome::latency_p99},
    figure{"latency_ms.p999", "99.9 %", &outcome::latency_p999},
    figure{"latency_ms.max", "", &outcome::latency_max},
    figure{"stalls.count", "deliveries that waited for an earlier message", &outcome::stalls},
    figure{"stalls.share", "of those delivered, 0 to 1", &outcome::stalled_share},
    figure{"stalls.longest_ms", "", &outcome::stall_longest},
    figure{"stalls.total_ms", "of all messages together", &outcome::stall_total},
    figure{"goodput_mbit", "message bytes delivered, Mbit/s", &outcome::goodput},
    figure{"wire_bytes", "both ways, IP headers included, without setting up", &outcome::wire_bytes},
    figure{"wire_bytes_per_message", "for each one delivered", &outcome::wire_bytes_per_message},
    figure{"repeated_packets", "taken for lost by the sender", &outcome::repeated_packets},
    figure{"network_lost", "packets that the link dropped or damaged, both ways", &outcome::network_lost},
    figure{"emulator_missed", "packets sent faster than the emulator took them", &outcome::emulator_missed},
    figure{"socket_drops", "datagrams that found a receive buffer full", &outcome::socket_drops},
    figure{"cpu_ms.sender", "user and system", &outcome::sender_cpu},
    figure{"cpu_ms.receiver", "", &outcome::receiver_cpu},
    figure{"cpu_us_per_message", "both sides", &outcome::cpu_per_message},
    figure{"connecting_ms", "until the schedule could begin", &outcome::connecting},
    figure{"sender_behind_ms", "p99 of the sender's own delay", &outcome::sender_behind},
};

double milliseconds(duration time) { return std::chrono::duration<double, std::milli>(time).count(); }
std::optional<double> milliseconds(std::optional<duration> time) {
  return time ? std::optional{milliseconds(*time)} : std::nullopt;
}
std::optional<double> number(std::uint64_t count) { return static_cast<double>(count); }
std::optional<double> ratio(double part, double whole) {
  return whole > 0 ? std::optional{part / whole} : std::nullopt;
}

void set_deliveries(const trial_record& trial, const promises& promised, outcome& result) {
  const delivery_count count = count_deliveries(trial.messages);
  result.due = number(count.due);
  result.delivered = number(count.delivered);
  result.lost = number(promised.delivery ? 0 : count.missing);
  result.late = number(promised.delivery ? count.missing : 0);
  result.delivered_share = ratio(static_cast<double>(count.delivered), static_cast<double>(count.due));
  result.duplicates = number(count.extra_copies);
  const reordering_measure reordering = measure_reordering(trial.messages);
  result.reordered = number(reordering.reordered);
  result.reordering_extent_max = number(reordering.extent_max);
}

void set_latencies(const trial_record& trial, const promises& promised, outcome& result) {
  const latency_distribution latencies = latencies_of(trial.messages, promised.delivery);
  result.latency_min = milliseconds(latencies.least());
  result.latency_p50 = milliseconds(latencies.at(0.5));
  result.latency_p90 = milliseconds(latencies.at(0.9));
  result.latency_p95 = milliseconds(latencies.at(0.95));
  result.latency_p99 = milliseconds(latencies.at(0.99));
  result.latency_p999 = milliseconds(latencies.at(0.999));
  result.latency_max = milliseconds(latencies.most());
}

void set_stalls(const trial_record& trial, const promises& promised, outcome& result) {
  std::vector<stall> stalls;
  if (promised.order) stalls = find_stalls(trial.messages);
  duration longest{};
  duration total{};
  for (const stall& each : stalls) {
    longest = std::max(longest, each.waited);
    total += each.waited;
  }
  result.stalls = number(stalls.size());
  result.stalled_share = ratio(static_cast<double>(stalls.size()), *result.delivered);
  result.stall_longest = milliseconds(longest);
  result.stall_total = milliseconds(total);
}

void set_costs(const trial_record& trial, outcome& result) {
  const double delivered = *result.delivered;
  const double seconds = std::chrono::duration<double>(trial.length).count();
  result.goodput = ratio(delivered * static_cast<double>(trial.message_bytes) * 8e-6, seconds);
  if (trial.wire_bytes) {
    result.wire_bytes = number(*trial.wire_bytes);
    result.wire_bytes_per_message = ratio(*result.wire_bytes, delivered);
  }
  if (trial.network_lost) result.network_lost = number(*trial.network_lost);
  if (trial.emulator_missed) result.emulator_missed = number(*trial.emulator_missed);
  std::uint64_t repeated = 0;
  for (const repetition& each : trial.repetitions) repeated += each.packets;
  result.repeated_packets = number(repeated);
  result.socket_drops = number(trial.socket_drops);
  result.sender_cpu = milliseconds(trial.sender_cpu);
  result.receiver_cpu = milliseconds(trial.receiver_cpu);
  result.cpu_per_message = ratio(1e3 * milliseconds(trial.sender_cpu + trial.receiver_cpu), delivered);
  result.connecting = milliseconds(trial.connecting);
}

void set_punctuality(const trial_record& trial, outcome& result) {
  std::vector<duration> behind;
  for (const message_record& each : trial.messages) {
    if (each.sent) behind.push_back(*each.sent - each.scheduled);
  }
  result.sender_behind = milliseconds(latency_distribution{std::move(behind)}.at(0.99));
}

}  // namespace

outcome analyse(const trial_record& trial, const promises& promised) {
  outcome result;
  set_deliveries(trial, promised, result);
  set_latencies(trial, promised, result);
  set_stalls(trial, promised, result);
  set_costs(trial, result);
  set_punctuality(trial, result);
  return result;
}

outcome medians(std::span<const outcome> trials) {
  outcome result;
  for (const figure& each : figures) {
    std::vector<std::optional<double>> values;
    for (const outcome& trial : trials) values.push_back(trial.*each.value);
    result.*each.value = median(std::move(values));
  }
  return result;
}

std::span<const figure> all_figures() { return figures; }

}  // namespace tern::compare
