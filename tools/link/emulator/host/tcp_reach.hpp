// Lets the inside of a link reach the host's TCP services, without touching the packets:
// the far end's kernel is the peer over the link, with all that it does about loss.
//
// A connection request is held back until the host has connected to what it is for.
// Then a listening socket is there for it, and it goes on; when the host was refused there
// is none, and the far end's kernel refuses it in turn.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"
#include "tools/link/emulator/event_loop.hpp"
#include "tools/link/emulator/host/host_side.hpp"
#include "tools/link/emulator/host/tcp_splice.hpp"
#include "tools/link/emulator/link_world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace tern::link_emulator {

class tcp_reach {
 public:
  using deliver = std::function<void(proto::byte_view packet)>;

  // All of them must outlive it. `deliver` lets a held packet arrive at the far end.
  tcp_reach(event_loop& loop, const link_world& world, const host_side& host, deliver to_far);
  ~tcp_reach();
  tcp_reach(const tcp_reach&) = delete;
  tcp_reach& operator=(const tcp_reach&) = delete;

  // A request to connect that is about to arrive. False: it is held back.
  bool on_connect(const flow& asked, proto::byte_view packet);
  // Forgets what nobody came for. Call every few seconds.
  void sweep(proto::time_point now);

  std::uint64_t connections() const { return connections_; }

 private:
  // The host's side of a connection: not begun or connecting while a packet is held, then
  // waiting for the far side to be accepted.
  struct attempt {
    udp::descriptor host;
    proto::bytes held;
    proto::time_point begun;
  };
  struct doorway {
    udp::descriptor listener;
    proto::time_point last_used;
  };

  // False: the far end has a service of its own there.
  bool open_doorway(const proto::address& destination);
  void close_doorway(const proto::address& destination);
  void begin_all();
  void begin(const flow& asked);
  void on_connected(const flow& asked);
  void refuse(const flow& asked, proto::byte_view packet);
  void accept_all(const proto::address& destination);
  void join(const flow& made, udp::descriptor far);

  event_loop& loop_;
  const link_world& world_;
  const host_side& host_;
  deliver to_far_;
  std::map<proto::address, doorway> doorways_;
  std::map<flow, attempt> attempts_;
  // Asked for, not begun: what came before must have reached the host first, such as the end
  // of another connection.
  std::vector<flow> asked_;
  alarm begin_;
  std::map<flow, std::unique_ptr<tcp_splice>> splices_;
  std::uint64_t connections_ = 0;
};

}  // namespace tern::link_emulator
