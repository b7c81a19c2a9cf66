// A lane: one sequence of messages in one direction, with its delivery mode and
// priority class. Both are part of the id, so a receiver knows them from the first
// packet, whatever the order of arrival (WIRE.md, "Lanes").
#pragma once

#include <compare>
#include <cstdint>

namespace tern::proto {

enum class delivery : std::uint8_t {
  unreliable = 0,          // sent once, at most once
  latest = 1,              // like unreliable; older than what was delivered is dropped
  reliable_unordered = 2,  // once, as soon as it is here
  reliable_ordered = 3,    // once, in order within the lane
};

enum class priority : std::uint8_t { control = 0, interactive = 1, bulk = 2 };

class lane_id {
 public:
  static constexpr std::uint64_t index_max = (std::uint64_t{1} << 30) - 1;

  constexpr lane_id() = default;
  constexpr lane_id(std::uint64_t index, priority priority_class, delivery mode)
      : wire_(index << 4U | static_cast<std::uint64_t>(priority_class) << 2U | static_cast<std::uint64_t>(mode)) {}

  // The varint that stands for the lane in frames: index << 4 | class << 2 | mode.
  static constexpr lane_id from_wire(std::uint64_t wire) {
    lane_id lane;
    lane.wire_ = wire;
    return lane;
  }
  static constexpr bool is_valid_wire(std::uint64_t wire) {
    return (wire >> 2U & 3U) != 3U && (wire >> 4U) <= index_max;
  }

  constexpr std::uint64_t wire() const { return wire_; }
  constexpr std::uint64_t index() const { return wire_ >> 4U; }
  constexpr priority priority_class() const { return static_cast<priority>(wire_ >> 2U & 3U); }
  constexpr delivery mode() const { return static_cast<delivery>(wire_ & 3U); }
  constexpr bool is_reliable() const { return (wire_ & 2U) != 0; }
  constexpr bool is_ordered() const { return mode() == delivery::reliable_ordered; }

  constexpr auto operator<=>(const lane_id&) const = default;

 private:
  std::uint64_t wire_ = 0;
};

}  // namespace tern::proto
