// The error queue of Linux (ip(7), IP_RECVERR): which address a report of ICMP is about,
// which an unconnected socket could not know otherwise.
#include "udp/udp_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

#if defined(__linux__)
#include <linux/errqueue.h>
#endif

namespace tern::udp {

#if defined(__linux__)

namespace {

// Reports that came from the network, not from this machine's own refusals to send.
bool is_report(const cmsghdr& header) {
  return (header.cmsg_level == IPPROTO_IP && header.cmsg_type == IP_RECVERR) ||
         (header.cmsg_level == IPPROTO_IPV6 && header.cmsg_type == IPV6_RECVERR);
}

std::error_code reason_of(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (!is_report(*header)) continue;
    sock_extended_err report{};
    std::memcpy(&report, CMSG_DATA(header), sizeof report);
    return {static_cast<int>(report.ee_errno), std::system_category()};
  }
  return {};
}

}  // namespace

std::optional<unreachable_report> udp_socket::poll_unreachable() {
  for (;;) {
    sockaddr_storage remote{};
    alignas(cmsghdr) std::array<std::byte, 512> control{};
    msghdr message{};
    message.msg_name = &remote;
    message.msg_namelen = sizeof remote;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(fd_.get(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
      if (errno == EINTR) continue;
      return std::nullopt;
    }
    const auto reason = reason_of(message);
    if (reason && message.msg_namelen > 0) {
      return unreachable_report{udp::to_address(reinterpret_cast<const sockaddr*>(&remote)), reason};
    }
  }
}

#else

std::optional<unreachable_report> udp_socket::poll_unreachable() { return std::nullopt; }

#endif

}  // namespace tern::udp
