// A bound UDP socket that talks to anyone, with waiting.
#pragma once

#include "udp/net.hpp"
#include "udp/readiness.hpp"
#include "udp/result.hpp"
#include "udp/udp_socket.hpp"

#include <memory>

namespace tern::udp {

class datagram_port {
 public:
  // The largest payload of a UDP datagram over IPv4; IPv6 has 20 bytes less of headers to give.
  static constexpr std::size_t datagram_bytes_max = 65507;

  datagram_port(net::any_io_executor executor, udp_socket socket);
  datagram_port(datagram_port&&) = default;
  // Binds for plain text: datagrams may be fragmented on the way.
  static result<datagram_port> open(const net::any_io_executor& executor, const proto::address& local);
  static result<datagram_port> open_any(const net::any_io_executor& executor, std::uint16_t port);

  const proto::address& local_address() const { return socket_.local_address(); }

  // Waits for the next datagram. What ICMP reports about earlier ones is dropped.
  net::awaitable<result<received_datagram>> receive(proto::mutable_byte_view buffer);
  net::awaitable<std::error_code> send(proto::byte_view datagram, proto::address to);
  // Ends waiting with errc::operation_canceled.
  void cancel() { ready_->cancel(); }

 private:
  udp_socket socket_;
  std::unique_ptr<readiness> ready_;
};

}  // namespace tern::udp
