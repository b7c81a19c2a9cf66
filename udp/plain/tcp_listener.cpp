#include "udp/plain/tcp_listener.hpp"

#include "udp/asio_endpoint.hpp"
#include "udp/system_error.hpp"

namespace tern::udp {

result<tcp_listener> tcp_listener::open(const net::any_io_executor& executor, const proto::address& local) {
  using asio::ip::tcp;
  tcp::acceptor acceptor{executor};
  std::error_code error;
  std::error_code ignored;
  const auto endpoint = asio_endpoint<tcp::endpoint>(local);
  acceptor.open(endpoint.protocol(), error);
  if (error) return tl::unexpected{as_system_error(error)};
  if (!local.is_v4()) acceptor.set_option(asio::ip::v6_only{false}, ignored);
  // So that a server can be started again while old connections are in TIME_WAIT.
  acceptor.set_option(tcp::acceptor::reuse_address{true}, ignored);
  acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return tl::unexpected{as_system_error(error)};
  const auto bound = acceptor.local_endpoint(ignored);
  return tcp_listener{std::move(acceptor), to_address(bound.data())};
}

result<tcp_listener> tcp_listener::open_any(const net::any_io_executor& executor, std::uint16_t port) {
  auto dual = open(executor, any_v6(port));
  if (dual || dual.error() == std::errc::address_in_use) return dual;
  return open(executor, any_v4(port));
}

net::awaitable<result<tcp_stream>> tcp_listener::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(net::as_result);
    if (!error) co_return tcp_stream{std::move(socket)};
    if (error != asio::error::connection_aborted) co_return tl::unexpected{as_system_error(error)};
  }
}

void tcp_listener::close() {
  std::error_code ignored;
  acceptor_.close(ignored);
}

}  // namespace tern::udp
