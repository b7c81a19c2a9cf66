// How often each latency was measured, to within 1/16 of it: log-linear buckets, so that
// the size is fixed whatever comes. Knows no time but what it is given.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tern::relay {

class latency_histogram {
 public:
  // Negative ones count as none, those above an hour as an hour.
  void add(std::chrono::microseconds latency);
  void add(const latency_histogram& others);

  std::uint64_t count() const { return count_; }
  std::chrono::microseconds most() const { return most_; }
  // The least value that at least this share of all is no larger than, rounded up to its
  // bucket's end but never above the largest measured. Precondition: count() > 0,
  // 0 < share <= 1.
  std::chrono::microseconds quantile(double share) const;

 private:
  static constexpr unsigned step_bits = 4;    // 16 buckets for each power of two
  static constexpr unsigned value_bits = 32;  // of microseconds: an hour and a bit

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t last_of(std::size_t bucket);

  std::array<std::uint64_t, (value_bits - step_bits + 1) << step_bits> buckets_{};
  std::uint64_t count_ = 0;
  std::chrono::microseconds most_{};
};

}  // namespace tern::relay
