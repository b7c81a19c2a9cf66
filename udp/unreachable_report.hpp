// Why something could not be sent or connected.
#pragma once

#include "proto/address.hpp"
#include "proto/endpoint/events.hpp"

#include <optional>
#include <system_error>

namespace tern::udp {

// What ICMP said about a datagram sent earlier (closed port, no route, too big, ...), or what
// the system says of a stream.
struct unreachable_report {
  proto::address remote;
  std::error_code reason;
  std::optional<proto::connection_handle> stream{};  // the stream that could not be connected or was cut
};

}  // namespace tern::udp
