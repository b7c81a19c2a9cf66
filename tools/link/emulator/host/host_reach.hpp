// Lets what runs inside a link reach the host, and through it everything that the host
// reaches: TCP and UDP, in the host's name. Only the packets between the inside and the far
// end are impaired; from there to the host nothing is lost, or it is counted.
//
// It runs in the host's network namespace and takes what arrives at the far end from
// sockets that were made there; nothing of the host's network is changed.
#pragma once

#include "tools/link/emulator/host/tcp_reach.hpp"
#include "tools/link/emulator/host/udp_reach.hpp"
#include "tools/link/emulator/packet_pump.hpp"

namespace tern::link_emulator {

class host_reach {
 public:
  // Becomes the pump's gate. All of them must outlive it.
  host_reach(event_loop& loop, const link_world& world, const link_addresses& addresses, packet_pump& pump);
  ~host_reach();
  host_reach(const host_reach&) = delete;
  host_reach& operator=(const host_reach&) = delete;

  const tcp_reach& tcp() const { return tcp_; }
  const udp_reach& udp() const { return udp_; }

 private:
  bool on_arrival(proto::byte_view packet, const ip_layout& layout);
  void sweep();

  host_side host_;
  packet_pump& pump_;
  tcp_reach tcp_;
  udp_reach udp_;
  alarm sweep_;
};

}  // namespace tern::link_emulator
