#include "udp/plain/tcp_connect.hpp"

#include "udp/asio_endpoint.hpp"
#include "udp/expiry.hpp"
#include "udp/system_error.hpp"

namespace tern::udp {

namespace {

net::awaitable<result<tcp_stream>> connect_to(proto::address address, std::optional<proto::duration> timeout) {
  const auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::socket socket{executor};
  const expiry limit{executor, timeout, [&socket] {
                       std::error_code ignored;
                       socket.cancel(ignored);
                     }};
  auto [error] = co_await socket.async_connect(asio_endpoint<asio::ip::tcp::endpoint>(address), net::as_result);
  if (limit.has_expired()) co_return tl::unexpected{std::make_error_code(std::errc::timed_out)};
  if (error) co_return tl::unexpected{as_system_error(error)};
  co_return tcp_stream{std::move(socket)};
}

}  // namespace

net::awaitable<result<tcp_stream>> tcp_connect(std::vector<proto::address> addresses, tcp_connect_options options) {
  auto last_error = std::make_error_code(std::errc::invalid_argument);
  for (const auto& address : addresses) {
    auto stream = co_await connect_to(address, options.timeout);
    if (stream) co_return stream;
    last_error = stream.error();
    if (options.on_failure) options.on_failure(address, last_error);
    if (last_error == std::errc::operation_canceled) break;
  }
  co_return tl::unexpected{last_error};
}

}  // namespace tern::udp
