// What a driver counts.
#pragma once

#include <cstdint>

namespace tern::udp {

struct driver_counters {
  std::uint64_t turns = 0;
  std::uint64_t datagrams_received = 0;
  std::uint64_t datagrams_sent = 0;
  std::uint64_t send_blocked = 0;   // the socket's buffer was full; sent later
  std::uint64_t send_failed = 0;    // refused by the system, and so lost
  std::uint64_t receive_drops = 0;  // lost in the sockets' receive buffers, where the system tells
};

}  // namespace tern::udp
