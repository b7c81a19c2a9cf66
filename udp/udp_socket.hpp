// One UDP socket by the plain path: ::sendto() and ::recvfrom(), a system call a
// datagram. Non-blocking; it never waits and knows no event loop, readiness is asked
// for at native_handle(). Errors are the system's (std::system_category).
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "udp/descriptor.hpp"
#include "udp/socket_address.hpp"
#include "udp/unreachable_report.hpp"

#include <cstdint>
#include <optional>
#include <system_error>
#include <tl/expected.hpp>

namespace tern::udp {

struct udp_socket_options {
  // What is asked for; the system may give less (net.core.rmem_max).
  int receive_buffer_bytes = 4 * 1024 * 1024;
  int send_buffer_bytes = 1024 * 1024;
  // Datagrams are dropped where the path is too narrow instead of being cut on the way.
  bool dont_fragment = true;
  // An IPv6 wildcard also takes IPv4, where the system can do that.
  bool dual_stack = true;
};

struct received_datagram {
  std::size_t size = 0;
  proto::address from;
};

class udp_socket {
 public:
  // Binds to `local`; port 0 takes a free one.
  static tl::expected<udp_socket, std::error_code> open(const proto::address& local,
                                                        const udp_socket_options& options = {});
  // Bound to every address of the machine: dual stack, or IPv4 alone where there is no IPv6.
  static tl::expected<udp_socket, std::error_code> open_any(std::uint16_t port, const udp_socket_options& options = {});

  // Takes over a datagram socket that is bound and non-blocking already: one that was made in
  // another network namespace, say. `dual_stack` has no meaning here.
  static tl::expected<udp_socket, std::error_code> adopt(descriptor bound, const udp_socket_options& options = {});

  const proto::address& local_address() const { return local_; }
  int native_handle() const { return fd_.get(); }
  // Whether this socket can send to that address at all.
  bool reaches(const proto::address& remote) const;

  // The next datagram, cut where `buffer` is too small; errc::operation_would_block when
  // there is none. Reports from ICMP do not come out here but from poll_unreachable().
  tl::expected<received_datagram, std::error_code> receive(proto::mutable_byte_view buffer);

  // Hands one datagram to the system. errc::operation_would_block: try again when writable.
  // errc::message_size: it does not fit the interface.
  std::error_code send(proto::byte_view datagram, const proto::address& to);

  // The next report of the error queue; nothing when it is empty, and nothing ever where
  // the system has no such queue.
  std::optional<unreachable_report> poll_unreachable();

  // Datagrams that came in but found the receive buffer full, since the socket was
  // opened (what SO_RXQ_OVFL counts); nothing where the system does not tell.
  std::optional<std::uint64_t> receive_drops() const;

 private:
  udp_socket(descriptor fd, socket_family family, const proto::address& local)
      : fd_(std::move(fd)), family_(family), local_(local) {}
  static tl::expected<udp_socket, std::error_code> bound(descriptor fd, socket_family family,
                                                         const proto::address& local);
  static tl::expected<udp_socket, std::error_code> named(descriptor fd, socket_family family);

  descriptor fd_;
  socket_family family_;
  proto::address local_;
};

}  // namespace tern::udp
