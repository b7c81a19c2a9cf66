#include "udp/stream/port_pair.hpp"

#include <utility>

namespace tern::udp {

namespace {

// How often another free port is asked for, where somebody has its other half.
constexpr int tries_max = 64;

template <class Open>
tl::expected<port_pair, port_error> open_both(std::uint16_t port, Open open_datagrams) {
  for (int tries = 1;; ++tries) {
    auto datagrams = open_datagrams();
    if (!datagrams) return tl::unexpected{port_error{transport::udp, datagrams.error()}};
    auto streams = stream_listener::open(datagrams->local_address());
    if (streams) return port_pair{std::move(*datagrams), std::move(*streams)};
    const bool is_worth_another = port == 0 && streams.error() == std::errc::address_in_use;
    if (!is_worth_another || tries == tries_max) return tl::unexpected{port_error{transport::tcp, streams.error()}};
  }
}

}  // namespace

tl::expected<port_pair, port_error> open_port_pair(const proto::address& local) {
  return open_both(local.port, [&] { return udp_socket::open(local); });
}

tl::expected<port_pair, port_error> open_any_port_pair(std::uint16_t port) {
  return open_both(port, [&] { return udp_socket::open_any(port); });
}

}  // namespace tern::udp
