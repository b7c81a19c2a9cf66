// Runs an endpoint on sockets: the one loop between proto::endpoint, the clock and the
// system. One turn = take what the sockets have, tell the owner, send what the endpoint
// has, arm one timer; always in that order and with one `now`. It decides nothing about
// the protocol and keeps no packet, except what a socket would not take.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/driver_counters.hpp"
#include "udp/driver_owner.hpp"
#include "udp/net.hpp"
#include "udp/stream/stream_listener.hpp"
#include "udp/udp_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

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

  // Opens a TCP stream to `to` for a connection that endpoint::connect_stream() made. Where that
  // fails, the owner's on_unreachable() gets the reason, with the stream's handle, and the
  // endpoint hears on_stream_end(). The driver closes it as stream_finished says, an event
  // that the owner does not see.
  void open_stream(proto::connection_handle stream, const proto::address& to);
  // The same with a TCP socket that is made and non-blocking already, but not connected.
  void open_stream(proto::connection_handle stream, const proto::address& to, descriptor made);
  // The local address of a stream's socket; nothing before it is connected, or after its end.
  std::optional<proto::address> local_address_of(proto::connection_handle stream) const;
  // Takes streams from there from now on: endpoint::accept_stream().
  void add_stream_listener(stream_listener listener);
  // How many streams from others it holds at most, beside what the endpoint's limits say: for
  // the descriptors that they cost. More are closed at once.
  void set_accepted_streams_max(std::size_t streams);

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
