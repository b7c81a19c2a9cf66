// A client's messages that were sent before the handshake is done and may not travel
// in the INITIAL, and everything after the first of them: order is kept.
#pragma once

#include "proto/bytes.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/outgoing_lanes.hpp"

#include <deque>

namespace tern::proto {

struct held_message {
  lane_id lane;
  bytes payload;
  send_options options;
};

class held_messages {
 public:
  bool empty() const { return messages_.empty(); }
  std::uint64_t queued_bytes() const { return queued_bytes_; }

  void push(lane_id lane, bytes payload, const send_options& options) {
    queued_bytes_ += payload.size();
    messages_.push_back({lane, std::move(payload), options});
  }
  held_message pop() {
    held_message message = std::move(messages_.front());
    messages_.pop_front();
    queued_bytes_ -= message.payload.size();
    return message;
  }

 private:
  std::deque<held_message> messages_;
  std::uint64_t queued_bytes_ = 0;
};

}  // namespace tern::proto
