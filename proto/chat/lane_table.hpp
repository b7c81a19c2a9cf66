// Which lane of every connection stands for which destination. Lane 0 is the control lane; the others are given out
// from 1 and never again. A destination with an outbox id of the user's own has a lane of its own.
#pragma once

#include "proto/chat/destination.hpp"

#include <map>
#include <optional>

namespace tern::proto::chat {

class lane_table {
 public:
  // The relay takes 512 destinations a connection.
  static constexpr std::uint64_t lanes_max = 500;

  struct key {
    destination to;
    std::optional<outbox_id> given_outbox{};
    auto operator<=>(const key&) const = default;
  };

  std::optional<lane_id> find(const key& wanted) const {
    const auto found = lanes_.find(wanted);
    return found == lanes_.end() ? std::nullopt : std::optional{found->second};
  }
  // A lane for a key that has none, or nothing where there are too many.
  std::optional<lane_id> add(key wanted) {
    if (lanes_.size() == lanes_max) return std::nullopt;
    const lane_id lane = destination_lane(next_index_++);
    lanes_.emplace(std::move(wanted), lane);
    return lane;
  }

 private:
  std::map<key, lane_id> lanes_;
  std::uint64_t next_index_ = 1;
};

}  // namespace tern::proto::chat
