// Which numbers (messages of a lane, bytes of a message) are done: all below the floor,
// and some above it. Memory grows with the holes between them, not with the numbers.
#pragma once

#include "proto/numbers.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

namespace tern::proto {

class number_window {
 public:
  message_number floor() const { return message_number{floor_}; }

  bool contains(message_number number) const { return first_missing(number) != number; }

  // The lowest number from `from` on that is not contained.
  message_number first_missing(message_number from) const {
    if (from.value < floor_) return message_number{floor_};
    const auto after = ranges_.upper_bound(from.value);
    const bool inside = after != ranges_.begin() && std::prev(after)->second >= from.value;
    return inside ? message_number{std::prev(after)->second + 1} : from;
  }

  // Precondition: !contains(number).
  void insert(message_number number) {
    if (number.value == floor_) {
      ++floor_;
      absorb();
    } else {
      insert_range(number.value, number.value);
    }
  }

  // Both included. Returns how many of them are new.
  std::uint64_t insert_range(std::uint64_t first, std::uint64_t last) {
    first = std::max(first, floor_);
    if (last < first) return 0;
    std::uint64_t added = last - first + 1;
    std::uint64_t merged_first = first;
    std::uint64_t merged_last = last;
    auto range = ranges_.upper_bound(first);
    if (range != ranges_.begin() && std::prev(range)->second + 1 >= first) range = std::prev(range);
    while (range != ranges_.end() && range->first <= merged_last + 1) {
      const std::uint64_t overlap_first = std::max(range->first, first);
      const std::uint64_t overlap_last = std::min(range->second, last);
      if (overlap_first <= overlap_last) added -= overlap_last - overlap_first + 1;
      merged_first = std::min(merged_first, range->first);
      merged_last = std::max(merged_last, range->second);
      range = ranges_.erase(range);
    }
    ranges_.emplace_hint(range, merged_first, merged_last);
    absorb();
    return added;
  }

  // Everything below `number` counts as done.
  void raise_floor(message_number number) {
    if (number.value <= floor_) return;
    floor_ = number.value;
    while (!ranges_.empty() && ranges_.begin()->second < floor_) ranges_.erase(ranges_.begin());
    absorb();
  }

  std::size_t ranges_above_floor() const { return ranges_.size(); }

 private:
  // The floor has reached the first range.
  void absorb() {
    if (ranges_.empty() || ranges_.begin()->first > floor_) return;
    floor_ = std::max(floor_, ranges_.begin()->second + 1);
    ranges_.erase(ranges_.begin());
  }

  std::uint64_t floor_ = 0;
  std::map<std::uint64_t, std::uint64_t> ranges_;  // first -> last, disjoint, not adjacent, above the floor
};

}  // namespace tern::proto
