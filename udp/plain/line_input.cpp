#include "udp/plain/line_input.hpp"

#include "udp/last_error.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace tern::udp {

result<line_input> line_input::open(const net::any_io_executor& executor, int fd, line_limit limit) {
  if (::fcntl(fd, F_GETFD) < 0) return tl::unexpected{last_error()};
  return line_input{std::make_unique<readiness>(executor, fd), fd, limit};
}

net::awaitable<std::error_code> line_input::wait() {
  if (!is_always_ready_) {
    const auto error = co_await ready_->readable();
    if (error != std::errc::operation_not_supported) co_return error;
    is_always_ready_ = true;
  }
  // A long file must not keep the others on this thread from their turn.
  co_await asio::post(asio::use_awaitable);
  co_return std::error_code{};
}

// Of a line that is refused, the last piece.
std::optional<std::string> line_input::next_held() {
  for (;;) {
    auto line = has_ended_ ? lines_.rest() : lines_.next();
    if (!line || !refuses_ || !lines_.was_cut()) return line;
    is_refusing_ = true;
  }
}

net::awaitable<result<std::optional<std::string>>> line_input::next_line() {
  for (;;) {
    if (auto line = next_held()) {
      if (!std::exchange(is_refusing_, false)) co_return line;
      co_return tl::unexpected{std::make_error_code(std::errc::message_size)};
    }
    if (has_ended_) co_return std::nullopt;
    if (const auto error = co_await wait()) co_return tl::unexpected{error};
    std::array<std::uint8_t, 4096> buffer{};
    const auto size = ::read(fd_, buffer.data(), buffer.size());
    if (size < 0 && errno != EINTR && errno != EAGAIN) {
      co_return tl::unexpected{last_error()};
    }
    if (size > 0) lines_.push({buffer.data(), static_cast<std::size_t>(size)});
    has_ended_ = size == 0;
  }
}

}  // namespace tern::udp
