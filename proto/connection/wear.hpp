// Whether a connection has served long enough to be replaced by another (protocol.md, 3:
// there is no key update besides): by age, or by packets in either direction. Says so once.
#pragma once

#include "proto/time.hpp"

#include <cstdint>
#include <optional>

namespace tern::proto {

class wear {
 public:
  wear(duration age_max, std::uint64_t packets_max) : age_max_(age_max), packets_max_(packets_max) {}

  // It serves from now on. Before this nothing wears.
  void begin(time_point now) { worn_at_ = now + age_max_; }
  // `count`: packets of one direction so far.
  void on_packets(std::uint64_t count) { has_carried_all_ |= count >= packets_max_; }

  std::optional<time_point> deadline() const { return was_told_ ? std::nullopt : worn_at_; }
  bool take_worn(time_point now) {
    if (was_told_ || !worn_at_ || (now < *worn_at_ && !has_carried_all_)) return false;
    was_told_ = true;
    return true;
  }

 private:
  duration age_max_;
  std::uint64_t packets_max_;
  std::optional<time_point> worn_at_;
  bool has_carried_all_ = false;
  bool was_told_ = false;
};

}  // namespace tern::proto
