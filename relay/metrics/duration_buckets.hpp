// How many durations were at most so long, since the start: what Prometheus calls a
// histogram. Knows no time but what it is given.
#pragma once

#include "proto/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tern::relay {

class duration_buckets {
 public:
  // Upper ends: from what a commit takes on a good disk to what nobody waits for.
  static constexpr std::array ends{
      std::chrono::microseconds{100},       std::chrono::microseconds{250},       std::chrono::microseconds{500},
      std::chrono::microseconds{1'000},     std::chrono::microseconds{2'500},     std::chrono::microseconds{5'000},
      std::chrono::microseconds{10'000},    std::chrono::microseconds{25'000},    std::chrono::microseconds{50'000},
      std::chrono::microseconds{100'000},   std::chrono::microseconds{250'000},   std::chrono::microseconds{500'000},
      std::chrono::microseconds{1'000'000}, std::chrono::microseconds{2'500'000}, std::chrono::microseconds{10'000'000},
  };

  void add(proto::duration measured) {
    ++count_;
    sum_ += measured;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (measured <= ends[i]) ++at_most_[i];
    }
  }

  std::uint64_t count() const { return count_; }
  std::chrono::duration<double> sum() const { return sum_; }
  // Of those that took ends[bucket] at most.
  std::uint64_t at_most(std::size_t bucket) const { return at_most_[bucket]; }

 private:
  std::array<std::uint64_t, ends.size()> at_most_{};
  std::uint64_t count_ = 0;
  std::chrono::duration<double> sum_{};
};

}  // namespace tern::relay
