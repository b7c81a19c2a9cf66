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

  std::uint64_t streams_opened = 0;    // to others, and connected
  std::uint64_t streams_failed = 0;    // to others, and could not be connected
  std::uint64_t streams_accepted = 0;  // from others
  std::uint64_t streams_refused = 0;   // from others, beyond a limit: closed at once
  std::uint64_t accept_failed = 0;     // given up before they were accepted, or no descriptors were left
  std::uint64_t stream_bytes_received = 0;
  std::uint64_t stream_bytes_sent = 0;
};

}  // namespace tern::udp
