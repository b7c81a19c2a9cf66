#include "udp/plain/datagram_client.hpp"

#include "udp/asio_endpoint.hpp"
#include "udp/system_error.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace tern::udp {

result<datagram_client> datagram_client::open(const net::any_io_executor& executor, const proto::address& remote) {
  using asio::ip::udp;
  const auto endpoint = asio_endpoint<udp::endpoint>(remote);
  udp::socket socket{executor};
  std::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.connect(endpoint, error);
  if (error) return tl::unexpected{as_system_error(error)};
  const auto local = socket.local_endpoint(error);
  if (error) return tl::unexpected{as_system_error(error)};
  return datagram_client{std::move(socket), to_address(local.data()), remote};
}

net::awaitable<result<std::size_t>> datagram_client::receive(proto::mutable_byte_view buffer) {
  const auto space = asio::buffer(buffer.data(), buffer.size());
  auto [error, size] = co_await socket_.async_receive(space, net::as_result);
  if (error) co_return tl::unexpected{as_system_error(error)};
  co_return size;
}

net::awaitable<std::error_code> datagram_client::send(proto::byte_view datagram) {
  const auto source = asio::buffer(datagram.data(), datagram.size());
  auto [error, size] = co_await socket_.async_send(source, net::as_result);
  co_return as_system_error(error);
}

std::error_code datagram_client::pending_error() {
  int code = 0;
  socklen_t size = sizeof code;
  if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &code, &size) != 0) code = errno;
  return {code, std::system_category()};
}

void datagram_client::cancel() {
  std::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace tern::udp
