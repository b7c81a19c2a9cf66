#include "udp/plain/line_peer.hpp"

namespace tern::udp {

net::awaitable<std::error_code> tcp_line_peer::send_line(std::string line) {
  line += text_of(ending_);
  co_return co_await stream_.write_all(proto::as_bytes(line));
}

net::awaitable<result<std::optional<std::string>>> tcp_line_peer::receive_line() {
  proto::bytes buffer(4096);
  for (;;) {
    if (auto line = lines_.next()) co_return line;
    if (has_ended_) co_return lines_.rest();
    const auto size = co_await stream_.read_some(buffer);
    if (!size) co_return tl::unexpected{size.error()};
    lines_.push({buffer.data(), *size});
    has_ended_ = *size == 0;
  }
}

}  // namespace tern::udp
