// A packet that left and whose fate is not settled yet.
#pragma once

#include "proto/congestion/delivery_rate.hpp"
#include "proto/numbers.hpp"
#include "proto/recovery/sent_item.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <vector>

namespace tern::proto {

struct sent_packet {
  // Filled in by the sender.
  packet_number number{};
  time_point sent_at{};
  std::uint32_t bytes = 0;     // the whole datagram, IP and UDP headers aside
  bool ack_eliciting = false;  // carries more than ACK, CLOSE and PADDING
  bool in_flight = false;      // counts against the window; all but bare ACKs and CLOSE
  bool probe = false;          // sent because the PTO fired, beyond window and pacing
  bool mtu_probe = false;      // its loss says nothing about congestion (RFC 8899 section 3)
  std::vector<sent_item> items{};

  // Filled in by loss_recovery.
  bool declared_lost = false;  // among the acked: acknowledged although it was declared lost
  time_point lost_at{};        // when that was
  delivery_snapshot snapshot{};
};

}  // namespace tern::proto
