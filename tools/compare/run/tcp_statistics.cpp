#include "tools/compare/run/tcp_statistics.hpp"

// The kernel's header, not <netinet/tcp.h>: that one ends before the counts of bytes.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tern::compare {

tcp_statistics read_tcp_statistics(int socket) {
  constexpr std::uint64_t header_bytes = 52;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  return {info.tcpi_total_retrans, info.tcpi_bytes_sent + info.tcpi_bytes_received +
                                       header_bytes * (std::uint64_t{info.tcpi_segs_out} + info.tcpi_segs_in)};
}

}  // namespace tern::compare
