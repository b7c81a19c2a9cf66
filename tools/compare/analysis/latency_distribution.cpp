#include "tools/compare/analysis/latency_distribution.hpp"

#include <algorithm>
#include <cmath>

namespace tern::compare {

latency_distribution::latency_distribution(std::vector<duration> latencies, std::size_t missing)
    : sorted_{std::move(latencies)}, missing_{missing} {
  std::sort(sorted_.begin(), sorted_.end());
}

std::optional<duration> latency_distribution::at(double share) const {
  const std::size_t count = sorted_.size() + missing_;
  if (count == 0) return std::nullopt;
  // 0.95 * 20 is a little more than 19 in binary; a rank is only then one higher when it is so by more than that.
  constexpr double rounding = 1e-9;
  const double exact = share * static_cast<double>(count);
  const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(exact * (1 - rounding))));
  if (rank > sorted_.size()) return std::nullopt;
  return sorted_[rank - 1];
}

latency_distribution latencies_of(std::span<const message_record> messages, bool promises_delivery) {
  std::vector<duration> latencies;
  std::size_t missing = 0;
  for (const message_record& each : messages) {
    if (const auto latency = each.latency()) {
      latencies.push_back(*latency);
    } else if (promises_delivery) {
      ++missing;
    }
  }
  return latency_distribution{std::move(latencies), missing};
}

}  // namespace tern::compare
