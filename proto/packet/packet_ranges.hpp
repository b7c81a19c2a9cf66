// The ranges of an ACK: inclusive, descending, never touching; the first one ends at `largest`.
#pragma once

#include "proto/numbers.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

namespace tern::proto {

struct packet_range {
  packet_number first;  // smallest
  packet_number last;   // largest, >= first
  constexpr bool operator==(const packet_range&) const = default;
  constexpr bool contains(packet_number packet) const { return first <= packet && packet <= last; }
};

// The first range and at most 32 more (WIRE.md, "ACK").
inline constexpr std::size_t ack_ranges_max = 33;

class packet_range_list {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == ack_ranges_max; }
  // Precondition: !full(), and the range is below all others with at least one number between.
  void push_back(packet_range range) {
    assert(!full() && range.first <= range.last);
    assert(empty() || range.last.plus(1) < back().first);
    ranges_[size_++] = range;
  }
  const packet_range& operator[](std::size_t index) const { return ranges_[index]; }
  const packet_range& front() const { return ranges_[0]; }
  const packet_range& back() const { return ranges_[size_ - 1]; }
  const packet_range* begin() const { return ranges_.data(); }
  const packet_range* end() const { return ranges_.data() + size_; }
  bool operator==(const packet_range_list& other) const {
    return size_ == other.size_ && std::equal(begin(), end(), other.begin());
  }

 private:
  std::array<packet_range, ack_ranges_max> ranges_{};
  std::size_t size_ = 0;
};

}  // namespace tern::proto
