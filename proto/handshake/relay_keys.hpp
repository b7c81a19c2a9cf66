// A relay has one key, and while that is rolled over two: what opens under either of them, and
// what a RETRY shows.
#pragma once

#include "proto/endpoint/config.hpp"
#include "proto/handshake/server_handshake.hpp"
#include "proto/packet/header.hpp"

namespace tern::proto {

// By the relay's key, else by the other one. Whoever comes under a key that is to be replaced
// hears of its successor in REPLY.
tl::expected<server_handshake, seal_error> open_initial(const endpoint_config& config, transport carrier,
                                                        const initial_header& initial, const invite* holder,
                                                        entropy& source);

// With its check. The result borrows the token.
retry_header make_retry_header(const endpoint_config& config, const connection_id& client, byte_view token);

}  // namespace tern::proto
