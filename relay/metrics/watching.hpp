// What there is at the address of --metrics: /healthz, and /metrics where it is built in
// (TERN_METRICS).
#pragma once

#include "relay/metrics/health.hpp"
#include "relay/metrics/http_server.hpp"
#include "relay/metrics/relay_numbers.hpp"

#include <functional>

namespace tern::relay {

class watching {
 public:
  // `numbers` and `well` outlive every connection.
  watching(udp::tcp_listener listener, health& well, std::function<relay_numbers()> numbers)
      : well_(well),
        numbers_(std::move(numbers)),
        server_(std::move(listener), [this](std::string path) { return answer(std::move(path)); }) {}

  const proto::address& local_address() const { return server_.local_address(); }

 private:
  net::awaitable<http_response> answer(std::string path);
  http_response metrics();

  health& well_;
  std::function<relay_numbers()> numbers_;
  http_server server_;
};

}  // namespace tern::relay
