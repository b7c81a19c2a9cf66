// A listening TCP socket.
#pragma once

#include "udp/plain/tcp_stream.hpp"

namespace tern::udp {

class tcp_listener {
 public:
  // Port 0 takes a free one. An IPv6 wildcard takes IPv4 too.
  static result<tcp_listener> open(const net::any_io_executor& executor, const proto::address& local);
  // Every address of the machine: dual stack, or IPv4 alone where there is no IPv6.
  static result<tcp_listener> open_any(const net::any_io_executor& executor, std::uint16_t port);

  const proto::address& local_address() const { return local_; }
  net::any_io_executor executor() { return acceptor_.get_executor(); }

  // Waits for the next connection. Connections that were given up before they were
  // accepted are passed over.
  net::awaitable<result<tcp_stream>> accept();
  void close();

 private:
  tcp_listener(asio::ip::tcp::acceptor acceptor, const proto::address& local)
      : acceptor_(std::move(acceptor)), local_(local) {}

  asio::ip::tcp::acceptor acceptor_;
  proto::address local_;
};

}  // namespace tern::udp
