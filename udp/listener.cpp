#include "udp/listener.hpp"

namespace tern {

udp::result<listener> listener::open(const net::any_io_executor& executor, const std::vector<proto::address>& at,
                                     listener_options options) {
  listener opened{std::make_shared<udp::listener_core>(executor, std::move(options))};
  for (const auto& address : at) {
    const bool is_any = address.ip == udp::any_v6(0).ip;
    auto socket = is_any ? udp::udp_socket::open_any(address.port) : udp::udp_socket::open(address);
    if (!socket) return tl::unexpected{socket.error()};
    opened.addresses_.push_back(socket->local_address());
    opened.core_->add_socket(std::move(*socket));
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
