#include "udp/plain/datagram_listener.hpp"

#include "udp/plain/loop_guard.hpp"

namespace tern::udp {

net::awaitable<std::error_code> datagram_listener::run() {
  proto::bytes buffer(datagram_port::datagram_bytes_max);
  while (!is_done()) {
    const auto received = co_await port_.receive(buffer);
    if (is_stopping_) break;
    if (!received) co_return received.error();
    ++messages_;
    on_message_(received->from, proto::as_text({buffer.data(), received->size}));
    if (options_.reply && may_answer(received->from, local_address().port)) {
      co_await port_.send(proto::as_bytes(*options_.reply), received->from);
    }
  }
  co_return std::error_code{};
}

void datagram_listener::stop() {
  is_stopping_ = true;
  port_.cancel();
}

}  // namespace tern::udp
