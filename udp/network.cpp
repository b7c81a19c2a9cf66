#include "udp/network.hpp"

#include "udp/descriptor.hpp"
#include "udp/socket_address.hpp"

#include <algorithm>
#include <bit>
#include <ifaddrs.h>
#include <memory>
#include <span>
#include <sys/socket.h>

namespace tern::udp {

namespace {

// The address that datagrams to `remote` would leave from: connecting a datagram socket asks
// for the route and sends nothing.
std::optional<proto::address> local_towards(const proto::address& remote) {
  const bool is_v4 = remote.is_v4();
  const descriptor socket{::socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket.is_open()) return std::nullopt;
  const socket_address to{remote, is_v4 ? socket_family::v4 : socket_family::v6};
  socket_address local;
  if (::connect(socket.get(), to.data(), to.size()) != 0) return std::nullopt;
  if (::getsockname(socket.get(), local.data(), local.size_pointer()) != 0) return std::nullopt;
  return local.to_address();
}

// The octets of an address that tell it from others of its family.
std::span<std::uint8_t> significant(proto::address& address) {
  return std::span{address.ip}.subspan(address.is_v4() ? 12 : 0);
}

std::string prefix_text(proto::address local, proto::address mask) {
  auto octets = significant(local);
  const auto mask_octets = std::span{mask.ip}.last(octets.size());
  int bits = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    octets[i] &= mask_octets[i];
    bits += std::popcount(mask_octets[i]);
  }
  local.port = 0;
  local.scope = 0;
  std::string text = local.to_string();
  text.resize(text.rfind(':'));
  return text + '/' + std::to_string(bits);
}

}  // namespace

std::optional<std::string> network_towards(const proto::address& remote) {
  const auto local = local_towards(remote);
  ifaddrs* all = nullptr;
  if (!local || ::getifaddrs(&all) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{all, &::freeifaddrs};
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_netmask == nullptr) continue;
    if (to_address(each->ifa_addr).ip != local->ip) continue;
    return std::string{each->ifa_name} + ' ' + prefix_text(*local, to_address(each->ifa_netmask));
  }
  return std::nullopt;
}

}  // namespace tern::udp
