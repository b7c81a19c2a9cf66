#include "tools/link/emulator/link_addresses.hpp"

#include "tools/link/emulator/failure.hpp"
#include "udp/socket_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <memory>

namespace tern::link_emulator {

namespace {

int number_of(const proto::address& address) {
  const bool is_link = address.is_v4() && address.ip[12] == 100 && address.ip[13] == 64;
  return is_link ? address.ip[14] : 0;
}

}  // namespace

proto::address link_addresses::v6(std::uint8_t host) const {
  proto::address result;
  result.ip = {0xfd, 0x74, 0x65, 0x72, 0, 0x6e, 0, number, 0, 0, 0, 0, 0, 0, 0, host};
  return result;
}

link_addresses choose_addresses() {
  ifaddrs* list = nullptr;
  checked(::getifaddrs(&list), "cannot list network addresses");
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{list, &::freeifaddrs};
  int highest = 0;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr != nullptr) highest = std::max(highest, number_of(udp::to_address(each->ifa_addr)));
  }
  if (highest >= 254) throw failure{"no addresses are left: 100.64.254.0/24 is in use here"};
  return {static_cast<std::uint8_t>(highest + 1)};
}

std::string host_text(const proto::address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.is_v4()) {
    ::inet_ntop(AF_INET, &address.ip[12], text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, address.ip.data(), text.data(), text.size());
  }
  return text.data();
}

}  // namespace tern::link_emulator
