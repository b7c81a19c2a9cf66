// The receiver's side of acknowledgments: which packets came, and when an ACK frame
// is due (protocol.md section 2, RFC 9000 section 13.2). Sends nothing itself; the
// connection asks due() and piggybacks whenever has_news(). Duplicates are the
// replay window's business, but do no harm here.
#pragma once

#include "proto/numbers.hpp"
#include "proto/packet/frame.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tern::proto {

class ack_tracker {
 public:
  // `max_delay` is what our PARAMS promise the peer.
  explicit ack_tracker(duration max_delay = std::chrono::milliseconds{5});

  // A packet was authenticated and accepted whole. `acknowledge_at_once`: a message in it asks.
  void on_received(time_point now, packet_number number, bool ack_eliciting, bool acknowledge_at_once);

  // An ACK should leave now, by itself if need be.
  bool due(time_point now) const;
  // When due() becomes true by the passing of time; a time in the past if it is.
  std::optional<time_point> deadline() const;
  // Something ack-eliciting came since the last ACK was made: piggyback.
  bool has_news() const { return unacked_eliciting_ != 0; }
  // Precondition: a packet was received.
  ack_frame make(time_point now) const;
  // The frame from make() left in a packet.
  void on_sent(time_point now);
  // The peer acknowledged a packet that carried an ACK up to `largest`: nothing
  // below it need be repeated (RFC 9000 section 13.2.4).
  void on_ack_of_ack(packet_number largest);

  std::optional<packet_number> largest() const;
  bool has_received(packet_number number) const;

  struct statistics {
    std::uint64_t packets = 0;
    std::uint64_t reordered = 0;    // arrived after a higher number
    std::uint64_t reorder_max = 0;  // furthest below the highest number then seen
    std::uint64_t gaps = 0;         // arrivals that left numbers out, skips by the sender included
    std::uint64_t acks_sent = 0;
    std::uint64_t ranges_dropped = 0;  // oldest ranges forgotten because of the maximum
  };
  const statistics& stats() const { return statistics_; }

 private:
  // The lowest packet that arrived late. It is told until an ACK beyond `until`, the
  // largest number at its arrival, is known to have got through.
  struct pin {
    packet_number number;
    packet_number until;
  };

  bool insert(packet_number number);
  bool note_order(time_point now, std::optional<packet_number> before, packet_number number);
  void forget_oldest();
  void update_rate(time_point now);
  std::uint32_t threshold() const;

  duration max_delay_;
  std::vector<packet_range> ranges_;  // ascending, not touching; at most ack_ranges_max
  time_point largest_received_at_{};
  std::optional<pin> pinned_;
  std::optional<time_point> oldest_unacked_at_;
  std::uint32_t unacked_eliciting_ = 0;
  bool at_once_ = false;
  bool busy_ = false;  // above 1000 packets/s
  std::uint32_t rate_count_ = 0;
  time_point rate_began_at_{};
  statistics statistics_;
};

}  // namespace tern::proto
