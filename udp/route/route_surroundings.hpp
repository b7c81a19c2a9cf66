// What the way to a relay needs of the world around it: sockets and names. A driver and a
// resolver in udp/client, models of them in the simulator.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/endpoint/events.hpp"
#include "udp/result.hpp"

#include <cstdint>

namespace tern::udp {

class route_surroundings {
 public:
  virtual ~route_surroundings() = default;

  // The relay's addresses are wanted: relay_route::on_resolved(), later.
  virtual void resolve() = 0;
  // The number of a socket that sends datagrams (proto::path::local), opened now or before.
  virtual result<std::uint32_t> datagram_socket() = 0;
  // A stream is to be opened for this connection.
  virtual void open_stream(proto::connection_handle connection, const proto::address& to) = 0;
  // Whether UDP has failed lately on the network by which that address is reached.
  virtual bool has_udp_failed(const proto::address& remote) = 0;
  // What that relay gave an earlier connection from here, for its next ones; empty: nothing.
  virtual proto::bytes token_for(const proto::address& remote) = 0;
  virtual void on_token(const proto::address& remote, const proto::bytes& token) = 0;
  // UDP was seen to work there, or not to, while TCP did.
  virtual void on_udp_verdict(const proto::address& remote, bool works) = 0;
};

}  // namespace tern::udp
