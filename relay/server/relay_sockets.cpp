#include "relay/server/relay_sockets.hpp"

#include <utility>

namespace tern::relay {

net::awaitable<tl::expected<relay_sockets, std::string>> open_relay_sockets(const server_options& options) {
  relay_sockets all;
  auto passed = take_passed_sockets();
  if (!passed) co_return tl::unexpected(passed.error());
  all.ports = std::move(*passed);
  if (all.ports.empty() || !options.listen.empty()) {
    auto opened = co_await open_ports(options.listen);
    if (!opened) co_return tl::unexpected(opened.error());
    for (auto& port : *opened) {
      const proto::address at = port.datagrams.local_address();
      all.ports.push_back({at, std::move(port.datagrams), std::move(port.streams)});
    }
  }
  auto text = co_await open_text_ports(options.text);
  if (!text) co_return tl::unexpected(text.error());
  all.text = std::move(*text);
  auto metrics = co_await open_metrics_ports(options.metrics);
  if (!metrics) co_return tl::unexpected(metrics.error());
  all.metrics = std::move(*metrics);
  co_return all;
}

}  // namespace tern::relay
