// Lets the inside of a link reach the host's UDP services: a socket at the far end for
// each destination asked for, and one of the host for each flow, so that a server there
// sees another port when the inside uses another one, or a NAT gives it another one.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"
#include "tools/link/emulator/event_loop.hpp"
#include "tools/link/emulator/host/host_side.hpp"
#include "tools/link/emulator/link_world.hpp"

#include <cstdint>
#include <map>

namespace tern::link_emulator {

class udp_reach {
 public:
  // All of them must outlive it.
  udp_reach(event_loop& loop, const link_world& world, const host_side& host);
  ~udp_reach();
  udp_reach(const udp_reach&) = delete;
  udp_reach& operator=(const udp_reach&) = delete;

  // A datagram is about to arrive there: makes sure that somebody takes it, unless the
  // host has nobody for it.
  void on_datagram(const proto::address& destination);
  // Forgets what was silent for long. Call every few seconds.
  void sweep(proto::time_point now);

  std::uint64_t flows() const { return flows_made_; }
  // Datagrams lost between far end and host, which the link is not to blame for.
  std::uint64_t dropped() const { return dropped_; }

 private:
  struct doorway {
    udp::descriptor far;
    std::uint32_t overflows = 0;  // of its receive buffer, as the kernel counts them
  };
  struct connected {
    udp::descriptor host;
    proto::time_point last_used;
    std::uint32_t overflows = 0;
  };

  void open_doorway(const proto::address& destination);
  void close_doorway(const proto::address& destination);
  void carry_out(const proto::address& destination);
  void carry_in(const flow& back);
  connected* find_or_connect(const flow& wanted);
  void end(const flow& over);
  void on_refused(const flow& refused);
  void leave_alone(const proto::address& destination, proto::duration how_long);

  event_loop& loop_;
  const link_world& world_;
  const host_side& host_;
  std::map<proto::address, doorway> doorways_;
  std::map<flow, connected> flows_;
  // No doorway is opened there until then: nobody is there, or a service of the far end's own.
  std::map<proto::address, proto::time_point> left_alone_until_;
  proto::bytes buffer_;
  std::uint64_t flows_made_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace tern::link_emulator
