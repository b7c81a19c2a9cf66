#include "tools/link/emulator/host/host_side.hpp"

#include "udp/socket_address.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace tern::link_emulator {

namespace {

udp::socket_address system_address(const proto::address& address) {
  return {address, address.is_v4() ? udp::socket_family::v4 : udp::socket_family::v6};
}

proto::address with_port(proto::address address, std::uint16_t port) {
  address.port = port;
  return address;
}

proto::address loopback_v6() {
  proto::address result;
  result.ip[15] = 1;
  return result;
}

bool begin(int socket, const proto::address& source, const proto::address& target) {
  const auto from = system_address(source);
  const auto to = system_address(target);
  if (::bind(socket, from.data(), from.size()) < 0) return false;
  return ::connect(socket, to.data(), to.size()) == 0 || errno == EINPROGRESS;
}

}  // namespace

proto::address host_side::target_of(const proto::address& destination) const {
  const std::uint16_t port = destination.port;
  if (destination.ip == addresses.far_v4().ip) return proto::address::v4(127, 0, 0, 1, port);
  if (destination.ip == addresses.far_v6().ip) return with_port(loopback_v6(), port);
  return destination;
}

proto::address host_side::source_of(const flow& from) const {
  if (!from.destination.is_v4()) return {};
  const bool is_moved = from.destination.ip == addresses.far_v4().ip && from.source.ip != addresses.inner_v4().ip;
  return is_moved ? proto::address::v4(127, 0, 0, from.source.ip[15], 0) : proto::address::v4(0, 0, 0, 0, 0);
}

udp::descriptor host_side::connect(const flow& from, int type) const {
  const int family = from.destination.is_v4() ? AF_INET : AF_INET6;
  udp::descriptor socket{::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (socket.is_open() && !begin(socket.get(), source_of(from), target_of(from.destination))) {
    const int error = errno;
    socket.reset();
    errno = error;
  }
  return socket;
}

}  // namespace tern::link_emulator
