// What became of packets in one step, for those who act on it: the lanes, which get the
// items back, and the congestion controller, which gets the samples.
#pragma once

#include "proto/congestion/controller.hpp"
#include "proto/recovery/sent_packet.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tern::proto {

// What an ACK or the timer brought about. Reuse one object for all calls: its buffers
// and the packets' item vectors are recycled by the next call.
struct ack_outcome {
  std::vector<sent_packet> acked;  // newly, in ascending order; also those declared lost before (declared_lost)
  std::vector<sent_packet> lost;   // newly declared, in ascending order
  bool rtt_sampled = false;
  std::uint64_t acked_bytes = 0;  // of packets in flight
  std::uint64_t lost_bytes = 0;   // of packets in flight
  bool spurious = false;          // some of acked had been declared lost
  std::optional<ack_sample> ack;  // for the congestion controller
  std::optional<loss_sample> loss;
};

// Tells the controller what happened, in the right order: spurious losses undone
// first, then new losses, then growth.
void inform(congestion_controller& controller, const ack_outcome& outcome);

}  // namespace tern::proto
