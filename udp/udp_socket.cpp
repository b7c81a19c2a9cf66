#include "udp/udp_socket.hpp"

#include "udp/last_error.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

#if defined(__linux__)
#include <linux/sock_diag.h>
#endif

namespace tern::udp {

namespace {

void set_option(const descriptor& fd, int level, int name, int value) {
  // Wishes, all of them: a system that refuses one is still one to send datagrams on.
  (void)::setsockopt(fd.get(), level, name, &value, sizeof value);
}

// A service manager may have given a socket more than we may ask for.
void ask_for_buffer(const descriptor& fd, int name, int bytes) {
  int has = 0;
  socklen_t size = sizeof has;
  if (::getsockopt(fd.get(), SOL_SOCKET, name, &has, &size) == 0 && has >= bytes) return;
  set_option(fd, SOL_SOCKET, name, bytes);
}

descriptor open_socket(socket_family family) {
  return descriptor{
      ::socket(family == socket_family::v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
}

void ask_for_error_queue(const descriptor& fd, socket_family family) {
#if defined(__linux__)
  // Both on an IPv6 socket: what it sends to ::ffff:a.b.c.d is answered by ICMP, not ICMPv6.
  set_option(fd, IPPROTO_IP, IP_RECVERR, 1);
  if (family == socket_family::v6) set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
#else
  (void)fd, (void)family;
#endif
}

void set_dont_fragment(const descriptor& fd, socket_family family) {
#if defined(__linux__)
  // PROBE: DF is set and the kernel's own idea of the path MTU, which anyone can forge, is ignored.
  set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  if (family == socket_family::v6) set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
#else
  (void)fd, (void)family;
#endif
}

void apply(const udp_socket_options& options, const descriptor& fd, socket_family family) {
  ask_for_buffer(fd, SO_RCVBUF, options.receive_buffer_bytes);
  ask_for_buffer(fd, SO_SNDBUF, options.send_buffer_bytes);
  ask_for_error_queue(fd, family);
  if (options.dont_fragment) set_dont_fragment(fd, family);
}

// Errors that belong to a datagram sent earlier; the system reports each of them once, on
// whichever call comes next, and keeps the details in the error queue.
bool is_about_the_past(int error) {
  switch (error) {
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EACCES:
    case EMSGSIZE:
      return true;
    default:
      return false;
  }
}

}  // namespace

tl::expected<udp_socket, std::error_code> udp_socket::bound(descriptor fd, socket_family family,
                                                            const proto::address& local) {
  const socket_address wanted{local, family};
  if (::bind(fd.get(), wanted.data(), wanted.size()) != 0) return tl::unexpected{last_error()};
  return named(std::move(fd), family);
}

tl::expected<udp_socket, std::error_code> udp_socket::named(descriptor fd, socket_family family) {
  socket_address got;
  if (::getsockname(fd.get(), got.data(), got.size_pointer()) != 0) return tl::unexpected{last_error()};
  return udp_socket{std::move(fd), family, got.to_address()};
}

tl::expected<udp_socket, std::error_code> udp_socket::open(const proto::address& local,
                                                           const udp_socket_options& options) {
  const auto family = local.is_v4() ? socket_family::v4 : socket_family::v6;
  descriptor fd = open_socket(family);
  if (!fd.is_open()) return tl::unexpected{last_error()};
  if (family == socket_family::v6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, options.dual_stack ? 0 : 1);
  apply(options, fd, family);
  return bound(std::move(fd), family, local);
}

tl::expected<udp_socket, std::error_code> udp_socket::open_any(std::uint16_t port, const udp_socket_options& options) {
  auto dual = open(any_v6(port), options);
  if (dual || dual.error() == std::errc::address_in_use) return dual;
  return open(any_v4(port), options);
}

tl::expected<udp_socket, std::error_code> udp_socket::adopt(descriptor bound, const udp_socket_options& options) {
  socket_address local;
  if (::getsockname(bound.get(), local.data(), local.size_pointer()) != 0) return tl::unexpected{last_error()};
  const auto family = local.data()->sa_family == AF_INET6 ? socket_family::v6 : socket_family::v4;
  apply(options, bound, family);
  return named(std::move(bound), family);
}

bool udp_socket::reaches(const proto::address& remote) const {
  if (family_ == socket_family::v4) return remote.is_v4();
  // An IPv6 address that is not the wildcard cannot be the source towards IPv4.
  return !remote.is_v4() || local_.ip == any_v6(0).ip;
}

tl::expected<received_datagram, std::error_code> udp_socket::receive(proto::mutable_byte_view buffer) {
  for (;;) {
    socket_address from;
    const auto size = ::recvfrom(fd_.get(), buffer.data(), buffer.size(), 0, from.data(), from.size_pointer());
    if (size >= 0) return received_datagram{static_cast<std::size_t>(size), from.to_address()};
    if (errno != EINTR && !is_about_the_past(errno)) return tl::unexpected{last_error()};
  }
}

std::error_code udp_socket::send(proto::byte_view datagram, const proto::address& to) {
  if (!reaches(to)) return std::make_error_code(std::errc::address_family_not_supported);
  const socket_address destination{to, family_};
  // Twice, because the first error may be about a datagram sent before this one.
  for (int attempt = 0;; ++attempt) {
    if (::sendto(fd_.get(), datagram.data(), datagram.size(), 0, destination.data(), destination.size()) >= 0)
      return {};
    if (errno == EINTR) continue;
    if (attempt > 0 || !is_about_the_past(errno)) return last_error();
  }
}

std::optional<std::uint64_t> udp_socket::receive_drops() const {
#if defined(__linux__) && defined(SO_MEMINFO)
  // The same counter that SO_RXQ_OVFL attaches to messages, without the need for recvmsg().
  std::uint32_t values[SK_MEMINFO_VARS] = {};
  socklen_t size = sizeof values;
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_MEMINFO, values, &size) == 0 &&
      size > SK_MEMINFO_DROPS * sizeof values[0]) {
    return values[SK_MEMINFO_DROPS];
  }
#endif
  return std::nullopt;
}

}  // namespace tern::udp
