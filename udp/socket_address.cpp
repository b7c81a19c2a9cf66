#include "udp/socket_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cassert>
#include <cstring>

namespace tern::udp {

namespace {

sockaddr_in to_v4(const proto::address& address) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(address.port);
  std::memcpy(&out.sin_addr, address.ip.data() + 12, 4);
  return out;
}

sockaddr_in6 to_v6(const proto::address& address) {
  sockaddr_in6 out{};
  out.sin6_family = AF_INET6;
  out.sin6_port = htons(address.port);
  out.sin6_scope_id = address.scope;
  std::memcpy(&out.sin6_addr, address.ip.data(), address.ip.size());
  return out;
}

}  // namespace

socket_address::socket_address(const proto::address& address, socket_family family) {
  assert(family == socket_family::v6 || address.is_v4());
  if (family == socket_family::v4) {
    const sockaddr_in in = to_v4(address);
    std::memcpy(&storage_, &in, sizeof in);
    size_ = sizeof in;
  } else {
    const sockaddr_in6 in = to_v6(address);
    std::memcpy(&storage_, &in, sizeof in);
    size_ = sizeof in;
  }
}

proto::address socket_address::to_address() const { return udp::to_address(data()); }

proto::address to_address(const sockaddr* from) {
  if (from->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, from, sizeof in);
    proto::byte_array<4> ip{};
    std::memcpy(ip.data(), &in.sin_addr, ip.size());
    return proto::address::v4(ip[0], ip[1], ip[2], ip[3], ntohs(in.sin_port));
  }
  proto::address out;
  if (from->sa_family != AF_INET6) return out;
  sockaddr_in6 in{};
  std::memcpy(&in, from, sizeof in);
  std::memcpy(out.ip.data(), &in.sin6_addr, out.ip.size());
  out.port = ntohs(in.sin6_port);
  out.scope = in.sin6_scope_id;
  return out;
}

proto::address any_v4(std::uint16_t port) { return proto::address::v4(0, 0, 0, 0, port); }

proto::address any_v6(std::uint16_t port) {
  proto::address any;
  any.port = port;
  return any;
}

}  // namespace tern::udp
