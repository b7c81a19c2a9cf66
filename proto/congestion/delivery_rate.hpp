// How fast the path delivered: draft-cheng-iccrg-delivery-rate-estimation-02. Every
// packet carries a snapshot of the state at its sending; an acknowledgment turns
// the snapshot of the newest packet it covers into one rate sample. Knows nothing
// of packet numbers, loss detection or windows.
#pragma once

#include "proto/time.hpp"

#include <cstdint>
#include <optional>

namespace tern::proto {

// What a packet remembers of the moment it was sent. All totals are in bytes since
// the connection began.
struct delivery_snapshot {
  std::uint64_t delivered = 0;  // acknowledged when this packet left
  time_point delivered_at{};    // when that total was reached
  time_point first_sent_at{};   // begin of the send interval the sample will cover
  std::uint64_t in_flight = 0;  // in flight with this packet included
  std::uint64_t lost = 0;       // declared lost when this packet left
  bool app_limited = false;     // the application, not the window, limited sending
};

struct rate_sample {
  std::uint64_t bytes_per_second = 0;
  duration interval{};            // what the rate was measured over
  std::uint64_t delivered = 0;    // bytes delivered in the interval
  std::uint64_t lost = 0;         // bytes declared lost in the interval
  std::uint64_t in_flight = 0;    // in flight when the packet of the sample left, itself included
  std::uint64_t prior_total = 0;  // total delivered when that packet left
  bool app_limited = false;       // the rate is a lower bound only
};

class delivery_rate {
 public:
  // The snapshot for a packet that leaves now. `in_flight_before` does not include it.
  delivery_snapshot on_sent(time_point now, std::uint64_t in_flight_before, std::uint64_t size);
  // One packet newly acknowledged; call for each packet of an ACK, then take_sample once.
  void on_acked(time_point now, time_point sent_at, const delivery_snapshot& snapshot, std::uint64_t size);
  void on_lost(std::uint64_t size) { lost_ += size; }
  // Nothing when no packet was acked since the last call or the interval is
  // shorter than min_rtt (a compressed burst of ACKs proves nothing).
  std::optional<rate_sample> take_sample(duration min_rtt);

  // The sender has nothing more to send although the window has room: samples of
  // packets sent until everything now in flight is delivered are marked.
  void on_app_limited(std::uint64_t in_flight);
  bool app_limited() const { return app_limited_until_ != 0; }

  std::uint64_t delivered() const { return delivered_; }
  std::uint64_t lost() const { return lost_; }
  // Packet-timed round trips: one more whenever a packet is acked that left after
  // the previous round ended.
  std::uint64_t round() const { return round_; }

 private:
  struct pending {
    delivery_snapshot snapshot;
    time_point sent_at{};
  };

  std::uint64_t delivered_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t app_limited_until_ = 0;  // total delivered at which the mark ends; 0 = not limited
  std::uint64_t round_ = 0;
  std::uint64_t round_ends_at_ = 0;  // total delivered that the packet starting a new round has seen
  time_point delivered_at_{};
  time_point first_sent_at_{};
  std::optional<pending> newest_;
};

}  // namespace tern::proto
