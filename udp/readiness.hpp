// Waits for a descriptor that someone else owns to become ready. It neither reads nor
// makes the descriptor non-blocking: a terminal's file description is shared with other
// processes, which must not find it changed.
#pragma once

#include "udp/net.hpp"
#include "udp/system_error.hpp"

#include <fcntl.h>
#include <system_error>

namespace tern::udp {

class readiness {
 public:
  // `fd` is borrowed and must stay open as long as this object lives.
  readiness(net::any_io_executor executor, int fd) : descriptor_(std::move(executor), fd) {
    // asio makes every descriptor non-blocking that it waits for, unless it believes that
    // it is so already.
    const int flags = ::fcntl(fd, F_GETFL);
    std::error_code ignored;
    descriptor_.non_blocking(true, ignored);
    ::fcntl(fd, F_SETFL, flags);
  }
  readiness(readiness&&) = default;
  readiness& operator=(readiness&&) = delete;
  ~readiness() {
    if (descriptor_.is_open()) descriptor_.release();
  }

  // Also returns when the socket has an error or something in its error queue.
  // errc::operation_not_supported: a regular file or the like, which is always ready.
  net::awaitable<std::error_code> readable() { return wait(asio::posix::stream_descriptor::wait_read); }
  net::awaitable<std::error_code> writable() { return wait(asio::posix::stream_descriptor::wait_write); }
  // For what is written to: nobody reads it any more.
  net::awaitable<std::error_code> hung_up() { return wait(asio::posix::stream_descriptor::wait_error); }

  // With a plain handler of (std::error_code).
  template <class Handler>
  void on_readable(Handler&& handler) {
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, std::forward<Handler>(handler));
  }
  template <class Handler>
  void on_writable(Handler&& handler) {
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_write, std::forward<Handler>(handler));
  }

  // Waits end with errc::operation_canceled.
  void cancel() {
    std::error_code ignored;
    descriptor_.cancel(ignored);
  }

 private:
  net::awaitable<std::error_code> wait(asio::posix::stream_descriptor::wait_type what) {
    auto [error] = co_await descriptor_.async_wait(what, net::as_result);
    co_return as_system_error(error);
  }

  asio::posix::stream_descriptor descriptor_;
};

}  // namespace tern::udp
