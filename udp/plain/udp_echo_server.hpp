// RFC 862 over UDP: each datagram is sent back to where it came from, but for those that
// could start a loop.
#pragma once

#include "udp/plain/datagram_port.hpp"

#include <cstdint>

namespace tern::udp {

class udp_echo_server {
 public:
  explicit udp_echo_server(datagram_port port) : port_(std::move(port)) {}

  const proto::address& local_address() const { return port_.local_address(); }
  std::uint64_t echoed_count() const { return echoed_; }
  std::uint64_t ignored_count() const { return ignored_; }

  // Ends after stop() or with an error of the socket. This object must outlive it.
  net::awaitable<std::error_code> run();
  void stop();

 private:
  datagram_port port_;
  std::uint64_t echoed_ = 0;
  std::uint64_t ignored_ = 0;
  bool is_stopping_ = false;
};

}  // namespace tern::udp
