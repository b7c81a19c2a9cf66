// Waits until what was committed is delivered: whom it is for has taken it over (relay.md, section 1).
// A relay that was reached anew has forgotten who waits; saying the same again reminds it.
#pragma once

#include "udp/client.hpp"

namespace tern::cli {

struct said_message {
  proto::chat::destination to;
  proto::chat::body_kind kind = proto::chat::body_kind::text;
  proto::bytes body;
  message_options options;  // with an outbox: without one it would be said twice
};

// Takes what `link` receives. `said` and `link` must outlive it; ends with errc::closed where `link` ends before.
net::awaitable<std::error_code> until_delivered(client& link, const said_message& said, proto::log_position position);

}  // namespace tern::cli
