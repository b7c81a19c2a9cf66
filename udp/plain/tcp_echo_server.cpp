#include "udp/plain/tcp_echo_server.hpp"

#include <utility>

namespace tern::udp {

tcp_echo_server::tcp_echo_server(tcp_listener listener, std::size_t connections_max)
    : server_(std::move(listener), connections_max,
              [this](std::shared_ptr<tcp_stream> stream) { return serve(std::move(stream)); }) {}

net::awaitable<void> tcp_echo_server::serve(std::shared_ptr<tcp_stream> stream) {
  ++served_;
  proto::bytes buffer(16 * 1024);
  for (;;) {
    const auto size = co_await stream->read_some(buffer);
    if (!size || *size == 0) co_return;
    const proto::byte_view came{buffer.data(), *size};
    if (co_await stream->write_all(came)) co_return;
    echoed_bytes_ += *size;
  }
}

}  // namespace tern::udp
