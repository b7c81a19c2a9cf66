#include "udp/plain/line_peer.hpp"

#include "udp/plain/datagram_port.hpp"

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

net::awaitable<std::error_code> datagram_line_peer::send_line(std::string line) {
  line += text_of(ending_);
  co_return co_await client_.send(proto::as_bytes(line));
}

net::awaitable<result<std::optional<std::string>>> datagram_line_peer::receive_line() {
  proto::bytes buffer(datagram_port::datagram_bytes_max);
  const auto size = co_await client_.receive(buffer);
  if (!size) co_return tl::unexpected{size.error()};
  std::string line{proto::as_text({buffer.data(), *size})};
  if (line.ends_with('\n')) line.pop_back();
  if (line.ends_with('\r')) line.pop_back();
  co_return std::optional{std::move(line)};
}

}  // namespace tern::udp
