#include "tools/link/emulator/rtnetlink.hpp"

#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/netlink_message.hpp"

#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <span>
#include <sys/socket.h>

namespace tern::link_emulator {

namespace {

int index_of(const std::string& device) {
  const unsigned index = ::if_nametoindex(device.c_str());
  if (index == 0) throw system_failure(device, errno);
  return static_cast<int>(index);
}

std::span<const std::uint8_t> octets_of(const proto::address& address) {
  const std::span<const std::uint8_t> all{address.ip};
  return address.is_v4() ? all.subspan(12) : all;
}

ifinfomsg link_of(int index) {
  ifinfomsg link{};
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = index;
  return link;
}

rtmsg default_route(int family) {
  rtmsg route{};
  route.rtm_family = static_cast<unsigned char>(family);
  route.rtm_table = RT_TABLE_MAIN;
  route.rtm_protocol = RTPROT_STATIC;
  route.rtm_type = RTN_UNICAST;
  return route;
}

std::string_view with_end(const std::string& text) { return {text.c_str(), text.size() + 1}; }

}  // namespace

rtnetlink::rtnetlink() : socket_{checked(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "netlink")} {}

void rtnetlink::bring_up(const std::string& device) { set_flags(device, IFF_UP, IFF_UP); }

void rtnetlink::bring_up_point_to_point(const std::string& device) {
  set_flags(device, IFF_UP | IFF_NOARP, IFF_UP | IFF_NOARP | IFF_MULTICAST);
}

void rtnetlink::set_flags(const std::string& device, unsigned flags, unsigned mask) {
  ifinfomsg link = link_of(index_of(device));
  link.ifi_flags = flags;
  link.ifi_change = mask;
  request({RTM_NEWLINK, 0, link}, fmt::format("cannot bring {} up", device));
}

void rtnetlink::set_queue_length(const std::string& device, std::uint32_t packets) {
  netlink_message message{RTM_NEWLINK, 0, link_of(index_of(device))};
  message.attribute(IFLA_TXQLEN, packets);
  request(message, fmt::format("cannot set the queue length of {}", device));
}

void rtnetlink::add_address(const std::string& device, const proto::address& address, int prefix_bits) {
  ifaddrmsg header{};
  header.ifa_family = address.is_v4() ? AF_INET : AF_INET6;
  header.ifa_prefixlen = static_cast<unsigned char>(prefix_bits);
  header.ifa_flags = address.is_v4() ? 0 : IFA_F_NODAD;
  header.ifa_index = static_cast<unsigned>(index_of(device));
  netlink_message message{RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, header};
  message.attribute(IFA_LOCAL, octets_of(address));
  message.attribute(IFA_ADDRESS, octets_of(address));
  request(message, fmt::format("cannot give {} an address", device));
}

void rtnetlink::add_default_route(const std::string& device, int family) {
  netlink_message message{RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, default_route(family)};
  message.attribute(RTA_OIF, static_cast<std::uint32_t>(index_of(device)));
  request(message, fmt::format("cannot route through {}", device));
}

void rtnetlink::add_local_default_route(int family) {
  rtmsg route = default_route(family);
  route.rtm_type = RTN_LOCAL;
  route.rtm_scope = RT_SCOPE_HOST;
  netlink_message message{RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route};
  message.attribute(RTA_OIF, static_cast<std::uint32_t>(index_of("lo")));
  request(message, "cannot route everything to the far end");
}

void rtnetlink::add_veth(const std::string& device, const std::string& peer, int peer_namespace) {
  netlink_message message{RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, link_of(0)};
  message.attribute(IFLA_IFNAME, with_end(device));
  const auto info = message.begin_nested(IFLA_LINKINFO);
  message.attribute(IFLA_INFO_KIND, std::string_view{"veth"});
  const auto data = message.begin_nested(IFLA_INFO_DATA);
  const auto other = message.begin_nested(VETH_INFO_PEER);
  message.append(ifinfomsg{});
  message.attribute(IFLA_IFNAME, with_end(peer));
  message.attribute(IFLA_ADDRESS, veth_peer_address);
  message.attribute(IFLA_NET_NS_FD, static_cast<std::uint32_t>(peer_namespace));
  message.end_nested(other);
  message.end_nested(data);
  message.end_nested(info);
  request(message, "cannot make a pair of veth devices");
}

void rtnetlink::request(const netlink_message& message, std::string_view what) {
  const auto bytes = message.finished(++sequence_);
  if (::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0) throw system_failure(what, errno);
  alignas(nlmsghdr) std::array<char, 4096> buffer{};
  const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (size < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr))))
    throw system_failure(what, size < 0 ? errno : EPROTO);
  nlmsgerr answer{};
  std::memcpy(&answer, buffer.data() + NLMSG_HDRLEN, sizeof answer);
  if (answer.error != 0) throw system_failure(what, -answer.error);
}

}  // namespace tern::link_emulator
