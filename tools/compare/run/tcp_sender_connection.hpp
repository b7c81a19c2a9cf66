// The sending end of one TCP connection. What the kernel does not take at once waits here,
// as it does in any program that must not block.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "tools/compare/run/tcp_statistics.hpp"
#include "udp/descriptor.hpp"

#include <poll.h>
#include <string>

namespace tern::compare {

// `name`: the kernel's, of a congestion control; empty: its default. Throws std::runtime_error.
void use_congestion_control(const udp::descriptor& socket, const std::string& name);

class tcp_sender_connection {
 public:
  // Begins to connect. `congestion` as above. Throws std::runtime_error, as everything here.
  tcp_sender_connection(udp::descriptor socket, const std::string& congestion, const proto::address& target);

  // Whether the connection is there; call it when the socket is writable.
  bool is_connected();
  void send(proto::byte_view message);
  // Writes what waits, as far as the kernel takes it.
  void flush();
  bool has_waiting() const { return written_ < waiting_.size(); }
  pollfd wanted() const;
  tcp_statistics statistics() const { return read_tcp_statistics(socket_.get()); }

 private:
  udp::descriptor socket_;
  bool is_connected_ = false;
  proto::bytes waiting_;
  std::size_t written_ = 0;  // of what waits
};

}  // namespace tern::compare
