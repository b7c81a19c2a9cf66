#include "proto/lanes/lane_acks.hpp"

namespace tern::proto {

void lane_acks::on_received(time_point now, lane_id lane, bool at_once) {
  if (!lane.is_reliable()) return;
  if (members_.insert(lane).second) order_.push_back(lane);
  if (at_once) {
    due_ = true;
    deadline_.reset();
  } else if (!due_ && !deadline_) {
    deadline_ = now + max_delay_;
  }
}

void lane_acks::on_timeout(time_point now) {
  if (!deadline_ || now < *deadline_) return;
  due_ = true;
  deadline_.reset();
}

void lane_acks::pop() {
  members_.erase(order_.front());
  order_.pop_front();
  if (!order_.empty()) return;
  due_ = false;
  deadline_.reset();
}

}  // namespace tern::proto
