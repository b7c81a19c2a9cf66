#include "udp/plain/tcp_server.hpp"

#include <utility>

namespace tern::udp {

namespace {

// How long to wait before accepting again where the process has no descriptor left.
constexpr std::chrono::milliseconds accept_pause{100};

bool is_out_of_descriptors(std::error_code error) {
  return error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system ||
         error == std::errc::no_buffer_space || error == std::errc::not_enough_memory;
}

}  // namespace

tcp_server::tcp_server(tcp_listener listener, std::size_t connections_max, session serve)
    : listener_(std::move(listener)),
      connections_max_(connections_max),
      serve_(std::move(serve)),
      session_ended_(listener_.executor()) {}

void tcp_server::start(tcp_stream stream) {
  if (open_.size() >= connections_max_) {
    ++refused_;
    return;
  }
  auto shared = std::make_shared<tcp_stream>(std::move(stream));
  open_.insert(shared);
  const auto ended = [this, shared](const std::exception_ptr&) {
    shared->close();
    open_.erase(shared);
    session_ended_.cancel();
  };
  asio::co_spawn(listener_.executor(), serve_(shared), ended);
}

net::awaitable<std::error_code> tcp_server::run() {
  std::error_code failure;
  while (!is_stopping_) {
    auto stream = co_await listener_.accept();
    if (is_stopping_) break;
    if (stream) {
      start(std::move(*stream));
    } else if (is_out_of_descriptors(stream.error())) {
      session_ended_.expires_after(accept_pause);
      co_await session_ended_.async_wait(net::as_result);
    } else {
      failure = stream.error();
      break;
    }
  }
  co_await all_sessions_ended();
  co_return failure;
}

net::awaitable<void> tcp_server::all_sessions_ended() {
  while (!open_.empty()) {
    session_ended_.expires_at(net::steady_timer::time_point::max());
    co_await session_ended_.async_wait(net::as_result);
  }
}

void tcp_server::stop() {
  is_stopping_ = true;
  listener_.close();
  for (const auto& stream : open_) stream->close();
}

}  // namespace tern::udp
