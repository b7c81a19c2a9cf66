// One lane on its way out: messages that wait, and messages whose fate is open. A
// message gets its number when its first byte is written into a packet, so one that
// expires before leaves no hole. Knows no credit, no other lanes and no packets.
#pragma once

#include "proto/bytes.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/number_window.hpp"
#include "proto/numbers.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace tern::proto {

struct send_options {
  // Past it the message is neither sent nor sent again, and the receiver's order moves on.
  std::optional<time_point> deadline;
  // Comes back in send_event; 0: no event wanted.
  std::uint64_t tag = 0;
  // Asks the receiver for an ACK at once.
  bool acknowledge_at_once = false;
};

struct outgoing_message {
  std::uint64_t sequence = 0;  // place in the lane in the order of enqueueing, for deadlines
  bytes payload;
  send_options options;
  std::uint32_t next_offset = 0;  // first byte that was never sent
  number_window acked;            // bytes; only used when the message is in fragments
  bool is_done = false;           // acked, expired, or given to the network for good

  std::uint32_t size() const { return static_cast<std::uint32_t>(payload.size()); }
};

class outgoing_lane {
 public:
  explicit outgoing_lane(lane_id id) : id_(id) {}

  lane_id id() const { return id_; }
  std::size_t waiting() const { return waiting_.size(); }
  // Numbers between the oldest one open and the newest one given.
  std::uint64_t numbers_open() const { return numbered_.size(); }
  bool has_unsent() const { return is_partial_ || !waiting_.empty(); }
  bool is_empty() const { return waiting_.empty() && numbered_.empty(); }

  std::uint64_t push(bytes payload, const send_options& options);
  // The message whose bytes are next to be sent for the first time.
  const outgoing_message& next() const { return is_partial_ ? numbered_.back() : waiting_.front(); }
  bool is_next_started() const { return is_partial_; }
  message_number next_number() const { return message_number{base_ + numbered_.size() - (is_partial_ ? 1 : 0)}; }
  // Gives the next message its number, if it has none. Returns it.
  message_number start_next();
  // `length` bytes of the started message left. True when that was the last of it.
  bool advance(std::uint32_t length);

  // The lowest number whose fate is open.
  std::optional<message_number> oldest_open() const;
  // The message with that number while its fate is open.
  outgoing_message* find(message_number number);
  // Marks it done and forgets all that are done at the front.
  void finish(message_number number);
  // Takes the message with that sequence out if it still waits without a number.
  std::optional<outgoing_message> take_waiting(std::uint64_t sequence);
  // Its number if it has one and its fate is open.
  std::optional<message_number> number_of(std::uint64_t sequence) const;
  // Takes all out that wait; for `latest`, where a newer one replaces them.
  std::vector<outgoing_message> take_all_waiting();

 private:
  lane_id id_;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t base_ = 0;  // number of numbered_.front()
  std::deque<outgoing_message> waiting_;
  std::deque<outgoing_message> numbered_;
  bool is_partial_ = false;  // numbered_.back() has bytes that were never sent
};

}  // namespace tern::proto
