// A sender without a connection around it: drives loss_recovery the way a connection
// does, in milliseconds from the start.
#pragma once

#include "proto/recovery/loss_recovery.hpp"

#include <chrono>
#include <initializer_list>
#include <utility>
#include <vector>

namespace tern::proto::testing {

constexpr time_point at(std::int64_t milliseconds) { return time_point{std::chrono::milliseconds{milliseconds}}; }

// Ranges in any notation a reader likes: {first, last}, descending.
inline ack_frame ack_of(std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> ranges, duration delay = {}) {
  ack_frame frame;
  frame.largest = packet_number{ranges.begin()->second};
  frame.delay = delay;
  for (const auto& [first, last] : ranges) frame.ranges.push_back({packet_number{first}, packet_number{last}});
  return frame;
}

struct sender {
  loss_recovery recovery;
  ack_outcome outcome;

  std::uint64_t send(std::int64_t milliseconds, std::uint32_t bytes = 1000) {
    return send_packet({.sent_at = at(milliseconds), .bytes = bytes, .ack_eliciting = true, .in_flight = true});
  }
  std::uint64_t send_bare_ack(std::int64_t milliseconds) {
    return send_packet({.sent_at = at(milliseconds), .bytes = 40});
  }
  std::uint64_t send_packet(sent_packet packet) {
    packet.number = recovery.next_number();
    packet.items = recovery.take_items();
    packet.items.push_back(sent_fragment{.number = message_number{packet.number.value}});
    recovery.on_sent(std::move(packet));
    return recovery.next_number().value - 1;
  }
  void send_many(std::int64_t milliseconds, int count) {
    for (int i = 0; i < count; ++i) send(milliseconds);
  }
  bool ack(std::int64_t milliseconds, std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> ranges,
           duration delay = {}) {
    return recovery.on_ack(at(milliseconds), ack_of(ranges, delay), outcome).has_value();
  }
  timer_outcome fire(std::int64_t milliseconds) { return recovery.on_timer(at(milliseconds), outcome); }

  static std::vector<std::uint64_t> numbers(const std::vector<sent_packet>& packets) {
    std::vector<std::uint64_t> result;
    for (const sent_packet& packet : packets) result.push_back(packet.number.value);
    return result;
  }
  std::vector<std::uint64_t> acked() const { return numbers(outcome.acked); }
  std::vector<std::uint64_t> lost() const { return numbers(outcome.lost); }
};

}  // namespace tern::proto::testing
