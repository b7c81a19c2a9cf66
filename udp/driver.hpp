// Runs an endpoint on sockets: the one loop between proto::endpoint, the clock and the
// system. One turn = take what the sockets have, tell the owner, send what the endpoint
// has, arm one timer; always in that order and with one `now`. It decides nothing about
// the protocol and keeps no packet, except one that the socket would not take.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/driver_counters.hpp"
#include "udp/driver_owner.hpp"
#include "udp/net.hpp"
#include "udp/udp_socket.hpp"

#include <cstdint>
#include <memory>

namespace tern::udp {

class driver {
 public:
  // Endpoint and owner must outlive the driver. All of it happens on the executor,
  // which must not run handlers on two threads at once.
  driver(const net::any_io_executor& executor, proto::endpoint& endpoint, driver_owner& owner);
  // Nothing is called any more after this.
  ~driver();
  driver(const driver&) = delete;
  driver& operator=(const driver&) = delete;

  // The number that proto::path::local names the socket by; never reused.
  std::uint32_t add_socket(udp_socket socket);
  // Packets for it are dropped from now on.
  void remove_socket(std::uint32_t local);
  const udp_socket* find_socket(std::uint32_t local) const;

  // The endpoint was called from outside of a turn (connect, send, close, ...): have one
  // soon. Cheap to call again.
  void wake();

  // With what the sockets lost up to now.
  driver_counters counters() const;

 private:
  class implementation;
  std::shared_ptr<implementation> implementation_;
};

}  // namespace tern::udp
