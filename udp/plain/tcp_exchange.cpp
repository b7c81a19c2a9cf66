#include "udp/plain/tcp_exchange.hpp"

namespace tern::udp {

namespace {

net::awaitable<std::error_code> send_all(tcp_stream& stream, const proto::bytes& payload, after_sending then) {
  auto error = co_await stream.write_all(payload);
  if (!error && then == after_sending::half_close) error = stream.half_close();
  co_return error;
}

net::awaitable<result<std::uint64_t>> receive_all(tcp_stream& stream,
                                                  const std::function<void(proto::byte_view)>& on_data) {
  proto::bytes buffer(16 * 1024);
  std::uint64_t total = 0;
  for (;;) {
    const auto size = co_await stream.read_some(buffer);
    if (!size) co_return tl::unexpected{size.error()};
    if (*size == 0) co_return total;
    total += *size;
    on_data({buffer.data(), *size});
  }
}

// A peer that has said all it wanted and closed may do so before it has read everything.
bool is_peer_gone(std::error_code error) {
  return error == std::errc::broken_pipe || error == std::errc::connection_reset || error == std::errc::not_connected;
}

}  // namespace

net::awaitable<result<tcp_exchange_totals>> exchange_tcp(tcp_stream& stream, proto::bytes payload, after_sending then,
                                                         std::function<void(proto::byte_view)> on_data) {
  using net::operators::operator&&;
  auto [send_error, received] = co_await (send_all(stream, payload, then) && receive_all(stream, on_data));
  if (send_error && !(payload.empty() && is_peer_gone(send_error))) co_return tl::unexpected{send_error};
  if (!received) co_return tl::unexpected{received.error()};
  tcp_exchange_totals totals{payload.size(), *received};
  co_return totals;
}

}  // namespace tern::udp
