#include "udp/plain/datagram_turns.hpp"

#include "udp/plain/datagram_port.hpp"

namespace tern::udp {

namespace {

std::string line_of(proto::byte_view datagram) {
  std::string line{proto::as_text(datagram)};
  if (line.ends_with('\n')) line.pop_back();
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

result<std::unique_ptr<datagram_turns>> datagram_turns::open(const net::any_io_executor& executor,
                                                             std::vector<proto::address> remotes, line_ending ending) {
  std::unique_ptr<datagram_turns> turns{new datagram_turns{executor, std::move(remotes), ending}};
  if (const auto error = turns->open_next()) return tl::unexpected{error};
  return turns;
}

std::error_code datagram_turns::open_next() {
  auto last_error = std::make_error_code(std::errc::invalid_argument);
  while (!remotes_.empty()) {
    auto client = datagram_client::open(executor_, remotes_.back());
    remotes_.pop_back();
    if (client) {
      client_ = std::make_shared<datagram_client>(std::move(*client));
      return {};
    }
    last_error = client.error();
  }
  return last_error;
}

bool datagram_turns::should_move_on(std::error_code error) const {
  return error == std::errc::connection_refused && !heard_ && !remotes_.empty();
}

net::awaitable<std::error_code> datagram_turns::move_on() {
  const auto left = client_;
  if (const auto error = open_next()) co_return error;
  left->cancel();
  const auto client = client_;
  const auto repeated = said_;
  for (const auto& line : repeated) {
    if (const auto error = co_await client->send(proto::as_bytes(line))) co_return error;
  }
  co_return std::error_code{};
}

net::awaitable<std::error_code> datagram_turns::send_line(std::string line) {
  line += text_of(ending_);
  if (!heard_) said_.push_back(line);
  if (said_.size() > repeated_lines_max) said_.pop_front();
  const auto client = client_;
  auto error = co_await client->send(proto::as_bytes(line));
  if (error && client != client_) co_return std::error_code{};  // said again to the next address
  while (should_move_on(error)) error = co_await move_on();
  co_return error;
}

net::awaitable<result<std::optional<std::string>>> datagram_turns::receive_line() {
  proto::bytes buffer(datagram_port::datagram_bytes_max);
  for (;;) {
    const auto client = client_;
    const auto size = co_await client->receive(buffer);
    if (size) {
      heard_ = true;
      said_.clear();
      co_return std::optional{line_of({buffer.data(), *size})};
    }
    if (client != client_) continue;
    if (!should_move_on(size.error())) co_return tl::unexpected{size.error()};
    if (const auto error = co_await move_on(); error && !should_move_on(error)) co_return tl::unexpected{error};
  }
}

}  // namespace tern::udp
