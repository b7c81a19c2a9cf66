// All lanes of one connection on their way in. Takes MESSAGE and SKIP frames of
// authenticated packets, hands out messages, and keeps what the peer can make us hold
// within the credit we granted and the reassembly budget. Every error it returns is
// the peer's and closes the connection.
//
// Does not know packets, ACKs or what a message means.
#pragma once

#include "proto/bytes.hpp"
#include "proto/error.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/incoming_lane.hpp"
#include "proto/lanes/reassembly_budget.hpp"
#include "proto/lanes/receive_credit.hpp"
#include "proto/limits.hpp"
#include "proto/packet/frame.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <tl/expected.hpp>
#include <unordered_map>

namespace tern::proto {

struct received_message {
  lane_id lane;
  message_number number;
  bytes payload;
};

enum class admission : std::uint8_t {
  accept,
  over_budget,  // no memory for it now: treat the whole packet as never received
};

class incoming_lanes {
 public:
  // `budget` outlives the connection.
  incoming_lanes(const limits& bounds, reassembly_budget& budget, const address& peer);

  // Changes nothing: to be asked for every MESSAGE of a packet before the packet is accepted.
  tl::expected<admission, close_code> check(const message_frame& frame) const;
  tl::expected<void, close_code> on_message(const message_frame& frame, time_point now);
  tl::expected<void, close_code> on_skip(const skip_frame& frame);

  // The lane's oldest number that is missing: all below it is here whole, or was skipped.
  message_number next_missing(lane_id id) const;

  bool readable() const { return !ready_.empty(); }
  // Taking a message gives its charge back to the peer.
  std::optional<received_message> poll();

  // A MAX_DATA total worth sending.
  std::optional<std::uint64_t> max_data_due() const { return credit_.due(); }
  void on_max_data_sent(time_point now, std::uint64_t total, duration round_trip) {
    credit_.on_sent(now, total, round_trip);
  }
  // The last MAX_DATA was lost, or the peer says BLOCKED.
  void repeat_max_data() { credit_.repeat(); }

  // Incomplete unreliable messages are given up.
  void on_timeout(time_point now);
  std::optional<time_point> next_deadline() const;

  // Forgets everything, as if nothing had ever arrived: early data that was not taken.
  void reset();

  struct counters {
    std::uint64_t duplicates = 0;          // messages or fragments that were here already
    std::uint64_t unreliable_dropped = 0;  // too old, over budget, or the queue was full
    std::uint64_t partial_expired_bytes = 0;
  };
  const counters& statistics() const { return counters_; }
  std::uint64_t held_bytes() const { return account_->held(); }

 private:
  incoming_lane* find(lane_id id) const;
  incoming_lane& open(lane_id id);
  void deliver(lane_id id, message_number number, bytes payload);
  tl::expected<void, close_code> add_fragment(incoming_lane& lane, const message_frame& frame, time_point now);

  limits bounds_;
  reassembly_budget& budget_;
  address peer_;
  std::unique_ptr<reassembly_budget::account> account_;
  receive_credit credit_;
  std::unordered_map<std::uint64_t, std::unique_ptr<incoming_lane>> lanes_;
  std::deque<received_message> ready_;
  std::size_t unreliable_ready_ = 0;
  std::optional<time_point> partial_deadline_;
  counters counters_;
};

}  // namespace tern::proto
