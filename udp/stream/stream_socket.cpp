#include "udp/stream/stream_socket.hpp"

#include "udp/last_error.hpp"
#include "udp/socket_address.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tern::udp {

namespace {

// What the system holds at most that it has not sent yet: what is urgent waits behind it.
constexpr int not_sent_bytes_max = 16 * 1024;

template <class Value>
void set_option(const descriptor& fd, int level, int name, const Value& value) {
  // Wishes, all of them: without them it is only slower.
  (void)::setsockopt(fd.get(), level, name, &value, sizeof value);
}

void make_prompt(const descriptor& fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
#if defined(TCP_NOTSENT_LOWAT)
  set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, not_sent_bytes_max);
#endif
}

result<std::size_t> as_result(ssize_t size) {
  if (size < 0) return tl::unexpected{last_error()};
  return static_cast<std::size_t>(size);
}

}  // namespace

result<stream_socket> stream_socket::connect(const proto::address& to) {
  const auto family = to.is_v4() ? socket_family::v4 : socket_family::v6;
  descriptor fd{
      ::socket(family == socket_family::v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd.is_open()) return tl::unexpected{last_error()};
  return connect(std::move(fd), to);
}

result<stream_socket> stream_socket::connect(descriptor made, const proto::address& to) {
  make_prompt(made);
  const socket_address remote{to, to.is_v4() ? socket_family::v4 : socket_family::v6};
  // Interrupted, it goes on by itself like one that would block.
  const bool has_failed = ::connect(made.get(), remote.data(), remote.size()) != 0;
  if (has_failed && errno != EINPROGRESS && errno != EINTR) return tl::unexpected{last_error()};
  return stream_socket{std::move(made)};
}

stream_socket stream_socket::adopt(descriptor connected) {
  make_prompt(connected);
  return stream_socket{std::move(connected)};
}

std::error_code stream_socket::connect_error() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return last_error();
  return {error, std::system_category()};
}

std::optional<proto::address> stream_socket::local_address() const {
  socket_address local;
  if (::getsockname(fd_.get(), local.data(), local.size_pointer()) != 0) return std::nullopt;
  return local.to_address();
}

result<std::size_t> stream_socket::read(proto::mutable_byte_view buffer) {
  for (;;) {
    const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (size >= 0 || errno != EINTR) return as_result(size);
  }
}

result<std::size_t> stream_socket::write(proto::byte_view octets) {
  for (;;) {
    const auto size = ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (size >= 0 || errno != EINTR) return as_result(size);
  }
}

void stream_socket::shut_down_sending() { (void)::shutdown(fd_.get(), SHUT_WR); }

void stream_socket::make_closing_abrupt() {
  set_option(fd_, SOL_SOCKET, SO_LINGER, linger{.l_onoff = 1, .l_linger = 0});
}

}  // namespace tern::udp
