#include "udp/stream/stream_listener.hpp"

#include "udp/last_error.hpp"
#include "udp/socket_address.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tern::udp {

namespace {

void set_option(const descriptor& fd, int level, int name, int value) {
  (void)::setsockopt(fd.get(), level, name, &value, sizeof value);
}

}  // namespace

result<stream_listener> stream_listener::open(const proto::address& local) {
  const auto family = local.is_v4() ? socket_family::v4 : socket_family::v6;
  descriptor fd{
      ::socket(family == socket_family::v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd.is_open()) return tl::unexpected{last_error()};
  if (family == socket_family::v6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  // So that a relay can be started again while old streams are in TIME_WAIT.
  set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  const socket_address wanted{local, family};
  if (::bind(fd.get(), wanted.data(), wanted.size()) != 0) return tl::unexpected{last_error()};
  if (::listen(fd.get(), SOMAXCONN) != 0) return tl::unexpected{last_error()};
  return adopt(std::move(fd));
}

result<stream_listener> stream_listener::adopt(descriptor listening) {
  socket_address got;
  if (::getsockname(listening.get(), got.data(), got.size_pointer()) != 0) return tl::unexpected{last_error()};
  return stream_listener{std::move(listening), got.to_address()};
}

result<accepted_stream> stream_listener::accept() {
  for (;;) {
    socket_address from;
    descriptor fd{::accept4(fd_.get(), from.data(), from.size_pointer(), SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (fd.is_open()) return accepted_stream{stream_socket::adopt(std::move(fd)), from.to_address()};
    if (errno != EINTR) return tl::unexpected{last_error()};
  }
}

bool is_of_one_stream(std::error_code accept_error) {
  return accept_error != std::errc::too_many_files_open && accept_error != std::errc::too_many_files_open_in_system &&
         accept_error != std::errc::no_buffer_space && accept_error != std::errc::not_enough_memory &&
         accept_error != std::errc::invalid_argument && accept_error != std::errc::bad_file_descriptor;
}

}  // namespace tern::udp
