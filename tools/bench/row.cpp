#include "tools/bench/row.hpp"

#include <algorithm>

namespace tern::bench {

namespace {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

template <class Figure>
double median_of(const std::vector<sample>& samples, Figure figure) {
  std::vector<double> values;
  for (const sample& each : samples) {
    if (each.failure.empty()) values.push_back(figure(each));
  }
  return median(std::move(values));
}

double lost_share(const sample& each) {
  if (each.sent <= each.delivered) return 0;
  return static_cast<double>(each.sent - each.delivered) / static_cast<double>(each.sent);
}

bool has_latencies(const std::vector<sample>& samples) {
  return std::any_of(samples.begin(), samples.end(), [](const sample& each) { return each.latency_p50.has_value(); });
}

}  // namespace

row summarize(const std::string& name, std::size_t message_bytes, bool shows_loss, const std::vector<sample>& samples) {
  row result;
  result.name = name;
  result.message_bytes = message_bytes;
  for (const sample& each : samples) {
    if (each.failure.empty()) ++result.trials;
    if (!each.failure.empty()) result.failure = each.failure;
  }
  result.messages_per_second =
      median_of(samples, [](const sample& each) { return static_cast<double>(each.messages) / each.seconds; });
  result.megabits_per_second = result.messages_per_second * static_cast<double>(message_bytes) * 8e-6;
  result.cpu_seconds_per_million = median_of(
      samples, [](const sample& each) { return each.cpu_seconds * 1e6 / static_cast<double>(each.messages); });
  if (shows_loss) result.lost_share = median_of(samples, lost_share);
  result.receive_drops = median_of(samples, [](const sample& each) { return static_cast<double>(each.receive_drops); });
  result.datagrams_lost =
      median_of(samples, [](const sample& each) { return static_cast<double>(each.datagrams_lost); });
  if (has_latencies(samples)) {
    result.latency_p50 = median_of(samples, [](const sample& each) { return each.latency_p50.value_or(0); });
    result.latency_p99 = median_of(samples, [](const sample& each) { return each.latency_p99.value_or(0); });
  }
  return result;
}

void set_shares(std::vector<row>& rows) {
  const auto limit = std::find_if(rows.begin(), rows.end(), [](const row& each) { return each.name == "raw-full"; });
  if (limit == rows.end() || limit->megabits_per_second <= 0) return;
  const double most = limit->megabits_per_second;
  for (row& each : rows) each.share_of_limit = each.megabits_per_second / most;
}

}  // namespace tern::bench
