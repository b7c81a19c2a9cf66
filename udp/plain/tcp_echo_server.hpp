// RFC 862 over TCP: whatever comes is sent back until the peer closes.
#pragma once

#include "udp/plain/tcp_server.hpp"

namespace tern::udp {

class tcp_echo_server {
 public:
  explicit tcp_echo_server(tcp_listener listener, std::size_t connections_max = 1024);

  const proto::address& local_address() const { return server_.local_address(); }
  std::uint64_t echoed_bytes() const { return echoed_bytes_; }
  std::uint64_t served_count() const { return served_; }

  // Ends after stop(). This object must outlive it.
  net::awaitable<std::error_code> run() { return server_.run(); }
  void stop() { server_.stop(); }

 private:
  net::awaitable<void> serve(std::shared_ptr<tcp_stream> stream);

  tcp_server server_;
  std::uint64_t echoed_bytes_ = 0;
  std::uint64_t served_ = 0;
};

}  // namespace tern::udp
