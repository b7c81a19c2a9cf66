#include "relay/server/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tern::relay {

// Values below 2^step_bits have a bucket each. Above, the leading step_bits + 1 bits tell.
std::size_t latency_histogram::bucket_of(std::uint64_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= step_bits) return value;
  const unsigned shift = width - step_bits - 1;
  return (static_cast<std::size_t>(shift) << step_bits) + (value >> shift);
}

std::uint64_t latency_histogram::last_of(std::size_t bucket) {
  constexpr std::size_t step = std::size_t{1} << step_bits;
  if (bucket < 2 * step) return bucket;
  const std::size_t shift = (bucket >> step_bits) - 1;
  return ((bucket - (shift << step_bits) + 1) << shift) - 1;
}

void latency_histogram::add(std::chrono::microseconds latency) {
  constexpr std::chrono::microseconds longest = std::chrono::hours{1};
  const auto kept = std::clamp(latency, std::chrono::microseconds{0}, longest);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(kept.count()))];
  ++count_;
  most_ = std::max(most_, kept);
}

void latency_histogram::add(const latency_histogram& others) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += others.buckets_[i];
  count_ += others.count_;
  most_ = std::max(most_, others.most_);
}

std::chrono::microseconds latency_histogram::quantile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while (bucket < buckets_.size() && (seen += buckets_[bucket]) < wanted) ++bucket;
  return std::min(most_, std::chrono::microseconds{last_of(std::min(bucket, buckets_.size() - 1))});
}

}  // namespace tern::relay
