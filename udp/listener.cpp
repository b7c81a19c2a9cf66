#include "udp/listener.hpp"

namespace tern {

tl::expected<listener, udp::port_error> listener::open(const net::any_io_executor& executor,
                                                       const std::vector<proto::address>& at,
                                                       listener_options options) {
  listener opened{std::make_shared<udp::listener_core>(executor, std::move(options))};
  for (const auto& address : at) {
    const bool is_any = address.ip == udp::any_v6(0).ip;
    auto port = is_any ? udp::open_any_port_pair(address.port) : udp::open_port_pair(address);
    if (!port) return tl::unexpected{port.error()};
    opened.addresses_.push_back(port->datagrams.local_address());
    opened.core_->add_port(std::move(*port));
  }
  return opened;
}

listener::~listener() {
  if (!core_) return;
  core_->close();
  // The farewell still has to be sent; that turn keeps the core.
  const auto executor = core_->executor();
  asio::post(executor, [core = std::move(core_)] {});
}

}  // namespace tern
