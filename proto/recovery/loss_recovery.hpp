// The sender's side of reliability for one connection and direction: the ledger of
// packets whose fate is open, RTT, loss detection and the probe timer (RFC 9002).
// Says what was acked and what was lost; does not know what to do about it, what
// a message is, or how large the window is. Nothing is allocated per packet once
// the ledger and the recycled item vectors have reached their working size.
#pragma once

#include "proto/congestion/delivery_rate.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/frame.hpp"
#include "proto/recovery/ack_outcome.hpp"
#include "proto/recovery/item_pool.hpp"
#include "proto/recovery/loss_detector.hpp"
#include "proto/recovery/pto_timer.hpp"
#include "proto/recovery/rtt_estimator.hpp"
#include "proto/recovery/sent_ledger.hpp"
#include "proto/recovery/sent_packet.hpp"
#include "proto/recovery/skipped_numbers.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <tl/expected.hpp>
#include <vector>

namespace tern::proto {

enum class ack_error : std::uint8_t {
  never_sent,  // a number that no packet has carried yet
  skipped,     // a number that was left out on purpose
  malformed,   // ranges that overlap or ascend
};

enum class timer_outcome : std::uint8_t {
  nothing,  // called too early
  lost,     // outcome.lost has packets that became too old
  probe,    // send one or two probes: oldest unacked and newest data
};

struct recovery_statistics {
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t packets_acked = 0;
  std::uint64_t bytes_acked = 0;
  std::uint64_t packets_lost = 0;  // declared; spurious ones included
  std::uint64_t bytes_lost = 0;
  std::uint64_t spurious_losses = 0;
  std::uint64_t reorder_max = 0;  // furthest that an acked packet was behind the newest acked, in packets
  std::uint64_t timeouts = 0;     // PTO fired
  std::uint64_t persistent_congestions = 0;
  std::uint64_t packet_threshold = 0;
  std::uint32_t time_threshold_16ths = 0;
};

class loss_recovery {
 public:
  // Packets whose fate is open, at most; has_room() says when it is reached.
  static constexpr std::size_t ledger_packets_max = 65'536;

  explicit loss_recovery(packet_number first = {});

  // What the peer's PARAMS promise; 5 ms until then.
  void set_peer_max_ack_delay(duration delay) { peer_max_ack_delay_ = delay; }

  // The number that the next packet gets; asking changes nothing.
  packet_number next_number() const { return next_number_; }
  // Leaves `distance` numbers out. An ACK that covers one of them is an error.
  void skip(std::uint64_t distance);
  bool has_room() const;

  // An empty vector for the items of the next packet, recycled from a settled one.
  std::vector<sent_item> take_items();
  // One that was taken and not used after all.
  void give_back_items(std::vector<sent_item>&& items);
  // Precondition: packet.number == next_number(), packet.sent_at is now.
  void on_sent(sent_packet&& packet);
  // A round trip measured before the first packet of this ledger: the handshake's.
  // Its sender vouches that it is unambiguous.
  void seed_round_trip(time_point now, duration sample);
  // The sender ran dry although window and pacer would allow more (RFC 9002 section 7.8).
  void on_app_limited();

  // Changes nothing when it returns an error. Clears `outcome` first.
  tl::expected<void, ack_error> on_ack(time_point now, const ack_frame& frame, ack_outcome& outcome);
  // At or after deadline(). Clears `outcome` first.
  timer_outcome on_timer(time_point now, ack_outcome& outcome);
  // One timer: the earlier of time-threshold loss and PTO (RFC 9002 section 6.2.1).
  std::optional<time_point> deadline() const;
  // The connection fell idle: gives back the memory of busier times.
  void trim();
  // Another path: RTT and back-off start over. What is in flight stays so.
  void on_path_change();

  // What the oldest ack-eliciting packet whose fate is open carries: for a probe.
  // Borrowed until the next call that is not const; null if there is none.
  const std::vector<sent_item>* oldest_open_items() const;

  std::uint64_t bytes_in_flight() const { return bytes_in_flight_; }
  // Ack-eliciting packets whose fate is open.
  std::uint64_t eliciting_in_flight() const { return eliciting_in_flight_; }
  const rtt_estimator& rtt() const { return rtt_; }
  // Without back-off.
  duration pto() const { return rtt_.pto(peer_max_ack_delay_); }
  // How often the PTO fired since the last acknowledgment.
  std::uint32_t pto_count() const { return pto_.count(); }
  std::optional<packet_number> largest_acked() const { return largest_acked_; }
  const delivery_rate& rate() const { return rate_; }
  recovery_statistics statistics() const;

 private:
  std::optional<ack_error> check(const ack_frame& frame) const;
  void clear(ack_outcome& outcome);
  void acknowledge(time_point now, const packet_range& range, ack_outcome& outcome);
  void settle_acked(time_point now, sent_ledger::slot& slot, ack_outcome& outcome);
  void leave_flight(const sent_packet& packet);
  void note_arrival(time_point now, const sent_ledger::slot& slot, ack_outcome& outcome);
  void advance_largest(const ack_outcome& outcome);
  void note_stall(time_point now);
  void sample_rtt(time_point now, const ack_frame& frame, ack_outcome& outcome);
  void detect_losses(time_point now, ack_outcome& outcome);
  void declare_lost(time_point now, sent_ledger::slot& slot, ack_outcome& outcome);
  void summarize_losses(time_point now, ack_outcome& outcome);
  void summarize_acks(time_point now, std::uint64_t prior_in_flight, ack_outcome& outcome);
  void retire(time_point now);
  duration probe_interval() const { return pto_.interval(pto()); }

  packet_number next_number_;
  std::optional<packet_number> largest_acked_;
  std::uint64_t largest_acked_ordinal_ = 0;
  sent_ledger ledger_;
  packet_number scan_from_;  // no packet below it is open
  skipped_numbers skips_;
  item_pool pool_;
  rtt_estimator rtt_;
  loss_detector detector_;
  pto_timer pto_;
  delivery_rate rate_;
  duration peer_max_ack_delay_ = std::chrono::milliseconds{5};
  std::uint64_t bytes_in_flight_ = 0;
  std::uint64_t eliciting_in_flight_ = 0;
  time_point last_eliciting_sent_at_{};
  time_point stalled_until_{};         // a sample of what was sent before measures us, not the path
  time_point quiet_since_{};           // last sign of life, or when something was first in flight after it
  std::optional<time_point> loss_at_;  // when the oldest unacked packet passes the time threshold
  std::optional<time_point> first_sample_at_;
  recovery_statistics statistics_;
};

}  // namespace tern::proto
