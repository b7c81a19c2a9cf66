#include "udp/plain/udp_echo_server.hpp"

#include "udp/plain/loop_guard.hpp"

namespace tern::udp {

net::awaitable<std::error_code> udp_echo_server::run() {
  proto::bytes buffer(datagram_port::datagram_bytes_max);
  while (!is_stopping_) {
    const auto received = co_await port_.receive(buffer);
    if (is_stopping_) break;
    if (!received) co_return received.error();
    if (!may_answer(received->from, local_address().port)) {
      ++ignored_;
      continue;
    }
    const proto::byte_view datagram{buffer.data(), received->size};
    // An answer that cannot be sent is lost, as datagrams may be.
    if (!co_await port_.send(datagram, received->from)) ++echoed_;
  }
  co_return std::error_code{};
}

void udp_echo_server::stop() {
  is_stopping_ = true;
  port_.cancel();
}

}  // namespace tern::udp
