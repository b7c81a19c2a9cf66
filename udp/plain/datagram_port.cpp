#include "udp/plain/datagram_port.hpp"

namespace tern::udp {

namespace {

udp_socket_options plain_options() {
  udp_socket_options options;
  options.dont_fragment = false;
  return options;
}

result<datagram_port> with_waiting(const net::any_io_executor& executor, result<udp_socket> socket) {
  if (!socket) return tl::unexpected{socket.error()};
  return datagram_port{executor, std::move(*socket)};
}

}  // namespace

datagram_port::datagram_port(net::any_io_executor executor, udp_socket socket)
    : socket_(std::move(socket)), ready_(std::make_unique<readiness>(std::move(executor), socket_.native_handle())) {}

result<datagram_port> datagram_port::open(const net::any_io_executor& executor, const proto::address& local) {
  return with_waiting(executor, udp_socket::open(local, plain_options()));
}

result<datagram_port> datagram_port::open_any(const net::any_io_executor& executor, std::uint16_t port) {
  return with_waiting(executor, udp_socket::open_any(port, plain_options()));
}

net::awaitable<result<received_datagram>> datagram_port::receive(proto::mutable_byte_view buffer) {
  for (;;) {
    auto received = socket_.receive(buffer);
    if (received || received.error() != std::errc::operation_would_block) co_return received;
    // Drained, because a descriptor with reports waiting counts as ready.
    while (socket_.poll_unreachable()) {
    }
    if (const auto error = co_await ready_->readable()) co_return tl::unexpected{error};
  }
}

net::awaitable<std::error_code> datagram_port::send(proto::byte_view datagram, proto::address to) {
  for (;;) {
    auto error = socket_.send(datagram, to);
    if (error != std::errc::operation_would_block) co_return error;
    error = co_await ready_->writable();
    if (error) co_return error;
  }
}

}  // namespace tern::udp
