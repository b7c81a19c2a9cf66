#include "tools/compare/run/tcp_sender_connection.hpp"

#include "tools/compare/run/tcp_framing.hpp"
#include "udp/socket_address.hpp"

#include <cerrno>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>

namespace tern::compare {

namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error(what + ": " + std::generic_category().message(error));
}

}  // namespace

void use_congestion_control(const udp::descriptor& socket, const std::string& name) {
  if (name.empty()) return;
  const auto size = static_cast<socklen_t>(name.size());
  if (::setsockopt(socket.get(), IPPROTO_TCP, TCP_CONGESTION, name.data(), size) != 0)
    fail("TCP congestion control " + name, errno);
}

tcp_sender_connection::tcp_sender_connection(udp::descriptor socket, const std::string& congestion,
                                             const proto::address& target)
    : socket_{std::move(socket)} {
  const int yes = 1;
  if (::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0) fail("TCP_NODELAY", errno);
  use_congestion_control(socket_, congestion);
  const udp::socket_address address{target, target.is_v4() ? udp::socket_family::v4 : udp::socket_family::v6};
  if (::connect(socket_.get(), address.data(), address.size()) == 0) {
    is_connected_ = true;
  } else if (errno != EINPROGRESS) {
    fail("connect", errno);
  }
}

bool tcp_sender_connection::is_connected() {
  if (is_connected_) return true;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) fail("connect", error);
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  is_connected_ = ::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0;
  return is_connected_;
}

void tcp_sender_connection::send(proto::byte_view message) {
  const bool was_waiting = has_waiting();
  append_framed(waiting_, message);
  if (!was_waiting) flush();
}

void tcp_sender_connection::flush() {
  while (has_waiting()) {
    const auto sent = ::send(socket_.get(), waiting_.data() + written_, waiting_.size() - written_, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) fail("TCP send", errno);
    written_ += static_cast<std::size_t>(sent);
  }
  waiting_.clear();
  written_ = 0;
}

pollfd tcp_sender_connection::wanted() const {
  return {socket_.get(), static_cast<short>(!is_connected_ || has_waiting() ? POLLOUT : 0), 0};
}

}  // namespace tern::compare
