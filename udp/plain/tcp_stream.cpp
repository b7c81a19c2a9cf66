#include "udp/plain/tcp_stream.hpp"

#include "udp/socket_address.hpp"
#include "udp/system_error.hpp"

#include <algorithm>
#include <netinet/tcp.h>

namespace tern::udp {

namespace {

proto::address address_of(const asio::ip::tcp::endpoint& endpoint) { return to_address(endpoint.data()); }

}  // namespace

tcp_stream::tcp_stream(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {
  std::error_code ignored;
  local_ = address_of(socket_.local_endpoint(ignored));
  remote_ = address_of(socket_.remote_endpoint(ignored));
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
}

net::awaitable<result<std::size_t>> tcp_stream::read_some(proto::mutable_byte_view buffer) {
  const auto space = asio::buffer(buffer.data(), buffer.size());
  auto [error, size] = co_await socket_.async_read_some(space, net::as_result);
  if (error == asio::error::eof) co_return std::size_t{0};
  if (error) co_return tl::unexpected{as_system_error(error)};
  co_return size;
}

net::awaitable<std::error_code> tcp_stream::write_all(proto::byte_view data) {
  const auto source = asio::buffer(data.data(), data.size());
  auto [error, size] = co_await asio::async_write(socket_, source, net::as_result);
  co_return as_system_error(error);
}

std::error_code tcp_stream::half_close() {
  std::error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  return as_system_error(error);
}

void tcp_stream::keep_alive(std::chrono::seconds silence) {
  std::error_code ignored;
  socket_.set_option(asio::socket_base::keep_alive{true}, ignored);
#ifdef TCP_KEEPIDLE
  // Half of the time without a word, the rest for some questions.
  constexpr int questions = 4;
  const int half = std::max(1, static_cast<int>(silence.count()) / 2);
  const auto set = [this](int option, int value) {
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
  };
  set(TCP_KEEPIDLE, half);
  set(TCP_KEEPINTVL, std::max(1, half / questions));
  set(TCP_KEEPCNT, questions);
#endif
}

void tcp_stream::cancel() {
  std::error_code ignored;
  socket_.cancel(ignored);
}

void tcp_stream::close() {
  std::error_code ignored;
  socket_.close(ignored);
}

}  // namespace tern::udp
