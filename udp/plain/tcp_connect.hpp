// Connects to the first address that answers.
#pragma once

#include "proto/time.hpp"
#include "udp/plain/tcp_stream.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace tern::udp {

struct tcp_connect_options {
  // For each address; without it the system's own, which is minutes.
  std::optional<proto::duration> timeout = std::chrono::seconds{10};
  // Told about each address that failed, in turn.
  std::function<void(const proto::address&, std::error_code)> on_failure;
};

// Tries each address in turn. The error is that of the last one; errc::timed_out where
// it did not answer in time, errc::invalid_argument where there is no address.
net::awaitable<result<tcp_stream>> tcp_connect(std::vector<proto::address> addresses, tcp_connect_options options);

}  // namespace tern::udp
