// One message over TCP and everything that comes back, both at once, so that neither
// side can block the other by not reading.
#pragma once

#include "udp/plain/tcp_stream.hpp"

#include <cstdint>
#include <functional>

namespace tern::udp {

enum class after_sending : std::uint8_t { half_close, keep_open };

struct tcp_exchange_totals {
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_bytes = 0;
};

// Sends `payload` (which may be empty), half-closes unless told otherwise, and reads until the peer closes.
// `on_data` gets what comes, as it comes; the view is valid during the call. The error
// is the first of either direction. `stream` must live until this is done.
net::awaitable<result<tcp_exchange_totals>> exchange_tcp(tcp_stream& stream, proto::bytes payload, after_sending then,
                                                         std::function<void(proto::byte_view)> on_data);

}  // namespace tern::udp
