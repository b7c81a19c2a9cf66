#include "relay/control/control_server.hpp"

#include "relay/control/control_connection.hpp"
#include "relay/control/control_socket.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace tern::relay {

namespace {

// Without descriptors the next attempt would fail as well, and at once; and who is there may have
// gone by then.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

control_server::control_server(const net::any_io_executor& executor, std::filesystem::path folder,
                               udp::descriptor listener, control_service service)
    : folder_{std::move(folder)},
      listener_{executor, listener.release()},
      pause_{executor},
      service_{std::make_shared<const control_service>(std::move(service))} {
  wait_for_connection();
}

control_server::~control_server() {
  for (const auto& each : connections_) each->close();
  ::unlink(control_socket_path(folder_).c_str());
}

std::size_t control_server::connection_count() {
  std::erase_if(connections_, [](const auto& each) { return !each->is_open(); });
  return connections_.size();
}

void control_server::wait_for_connection() {
  listener_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code error) {
    if (!error) accept();
  });
}

void control_server::accept() {
  if (connection_count() >= service_->limits.connections_max) return pause();
  udp::descriptor connection{::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  const bool has_hung_up = errno == EAGAIN || errno == ECONNABORTED || errno == EINTR;
  if (!connection.is_open() && !has_hung_up) return pause();
  if (connection.is_open()) {
    connections_.push_back(
        std::make_shared<control_connection>(listener_.get_executor(), std::move(connection), service_));
    connections_.back()->begin();
  }
  wait_for_connection();
}

void control_server::pause() {
  pause_.expires_after(accept_pause);
  pause_.async_wait([this](std::error_code error) {
    if (!error) wait_for_connection();
  });
}

}  // namespace tern::relay
