// One datagram to the first address that takes it, and perhaps one back.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/time.hpp"
#include "udp/net.hpp"
#include "udp/result.hpp"

#include <optional>
#include <vector>

namespace tern::udp {

struct datagram_receipt {
  proto::address local;
  proto::address remote;
  std::optional<proto::bytes> reply;
};

// With a `wait` of zero, done when the system has the datagram and has not refused it at once. Else waits so long for a
// reply from that address; none is no error, but a closed port is, and then the next
// address is tried. The error is that of the last one.
net::awaitable<result<datagram_receipt>> exchange_datagram(std::vector<proto::address> addresses, proto::bytes payload,
                                                           proto::duration wait);

}  // namespace tern::udp
