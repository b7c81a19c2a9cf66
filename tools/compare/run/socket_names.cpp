#include "tools/compare/run/socket_names.hpp"

#include "tools/link/emulator/failure.hpp"
#include "udp/socket_address.hpp"

#include <sys/socket.h>

namespace tern::compare {

using link_emulator::checked;

proto::address address_of(const udp::descriptor& socket) {
  udp::socket_address name;
  checked(::getsockname(socket.get(), name.data(), name.size_pointer()), "getsockname");
  return name.to_address();
}

udp::descriptor open_loopback_socket(int type, int backlog) {
  udp::descriptor socket{checked(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")};
  const udp::socket_address any{proto::address::v4(127, 0, 0, 1, 0), udp::socket_family::v4};
  checked(::bind(socket.get(), any.data(), any.size()), "bind");
  if (backlog > 0) checked(::listen(socket.get(), backlog), "listen");
  return socket;
}

}  // namespace tern::compare
