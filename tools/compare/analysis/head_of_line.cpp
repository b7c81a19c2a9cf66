#include "tools/compare/analysis/head_of_line.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace tern::compare {

namespace {

std::optional<duration> least_latency(std::span<const message_record> messages) {
  std::optional<duration> least;
  for (const message_record& each : messages) {
    if (const auto latency = each.latency()) least = std::min(least.value_or(*latency), *latency);
  }
  return least;
}

}  // namespace

std::vector<stall> find_stalls(std::span<const message_record> messages) {
  std::vector<stall> stalls;
  const auto least = least_latency(messages);
  if (!least) return stalls;
  std::map<std::uint32_t, duration> last_release;  // of the earlier messages of a lane
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (!messages[i].delivered) continue;
    const duration delivered = *messages[i].delivered;
    const duration ready = messages[i].scheduled + *least;
    const auto [before, is_first] = last_release.try_emplace(messages[i].lane, delivered);
    if (is_first) continue;
    const duration release = before->second;
    const bool together = delivered >= release && delivered - release <= released_together;
    if (together && release - ready >= stall_min) stalls.push_back({i, release - ready});
    before->second = std::max(release, delivered);
  }
  return stalls;
}

}  // namespace tern::compare
