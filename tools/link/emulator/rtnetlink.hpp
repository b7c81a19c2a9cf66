// The few requests of rtnetlink(7) that a link needs, so that no external program is
// run. An object speaks to the network namespace in which it was made. Every request
// throws failure when the kernel refuses it.
#pragma once

#include "proto/address.hpp"
#include "udp/descriptor.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tern::link_emulator {

class netlink_message;

class rtnetlink {
 public:
  rtnetlink();

  void bring_up(const std::string& device);
  // No ARP, no neighbour discovery, no multicast: whatever is sent there is for the other end.
  void bring_up_point_to_point(const std::string& device);
  // Packets that the device keeps until they are read.
  void set_queue_length(const std::string& device, std::uint32_t packets);
  void add_address(const std::string& device, const proto::address& address, int prefix_bits);
  // Everything goes through that device. family: AF_INET or AF_INET6.
  void add_default_route(const std::string& device, int family);
  // Everything that has no better route is for this host itself.
  void add_local_default_route(int family);
  // A pair of connected devices, the second one in another network namespace and with the
  // address veth_peer_address.
  void add_veth(const std::string& device, const std::string& peer, int peer_namespace);

  static constexpr std::array<std::uint8_t, 6> veth_peer_address{0x02, 't', 'e', 'r', 'n', 1};

 private:
  void set_flags(const std::string& device, unsigned flags, unsigned mask);
  void request(const netlink_message& message, std::string_view what);

  udp::descriptor socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace tern::link_emulator
