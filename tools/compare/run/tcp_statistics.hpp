// What the kernel counts about one of its TCP connections.
#pragma once

#include <cstdint>

namespace tern::compare {

struct tcp_statistics {
  std::uint64_t repeated_segments = 0;
  // Both ways with IP and TCP headers: data and repetitions, as counted, and 52 octets a
  // segment (IPv4, timestamps). Segments that the link drops on the way here are not in it.
  std::uint64_t wire_bytes = 0;

  tcp_statistics& operator+=(const tcp_statistics& other) {
    repeated_segments += other.repeated_segments;
    wire_bytes += other.wire_bytes;
    return *this;
  }
};

// Zeros where the kernel does not tell.
tcp_statistics read_tcp_statistics(int socket);

}  // namespace tern::compare
