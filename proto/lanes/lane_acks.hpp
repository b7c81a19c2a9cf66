// Receiver's side of the stream mode's acknowledgments: which reliable lanes have news
// for their sender, and when it is due. Does not know how far a lane has come: whoever
// writes the LANE_ACK asks incoming_lanes.
#pragma once

#include "proto/lane.hpp"
#include "proto/time.hpp"

#include <deque>
#include <optional>
#include <set>

namespace tern::proto {

class lane_acks {
 public:
  explicit lane_acks(duration max_delay) : max_delay_(max_delay) {}

  // A frame of the lane arrived, whatever became of it.
  void on_received(time_point now, lane_id lane, bool at_once);

  bool has_news() const { return !order_.empty(); }
  // By itself, if nothing else leaves.
  bool is_due() const { return due_; }
  // When it becomes due; nothing if it is due, or nothing is new.
  std::optional<time_point> deadline() const { return deadline_; }
  void on_timeout(time_point now);

  // The lane that waits for longest. Precondition: has_news().
  lane_id front() const { return order_.front(); }
  // Its LANE_ACK was written.
  void pop();

 private:
  duration max_delay_;
  std::deque<lane_id> order_;
  std::set<lane_id> members_;  // of order_
  std::optional<time_point> deadline_;
  bool due_ = false;
};

}  // namespace tern::proto
