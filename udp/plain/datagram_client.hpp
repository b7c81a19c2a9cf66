// A UDP socket connected to one peer: it hears nobody else, and a closed port shows as
// errc::connection_refused on the next operation.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "udp/net.hpp"
#include "udp/result.hpp"

namespace tern::udp {

class datagram_client {
 public:
  // Sends nothing. An error means that there is no way there from this machine.
  static result<datagram_client> open(const net::any_io_executor& executor, const proto::address& remote);

  const proto::address& local_address() const { return local_; }
  const proto::address& remote_address() const { return remote_; }

  // Waits for the next datagram; its size, cut where the buffer is too small.
  net::awaitable<result<std::size_t>> receive(proto::mutable_byte_view buffer);
  net::awaitable<std::error_code> send(proto::byte_view datagram);
  // What is known by now about datagrams sent before, without waiting: on loopback a closed port shows at once.
  std::error_code pending_error();
  // Ends waiting with errc::operation_canceled.
  void cancel();

 private:
  datagram_client(asio::ip::udp::socket socket, const proto::address& local, const proto::address& remote)
      : socket_(std::move(socket)), local_(local), remote_(remote) {}

  asio::ip::udp::socket socket_;
  proto::address local_;
  proto::address remote_;
};

}  // namespace tern::udp
