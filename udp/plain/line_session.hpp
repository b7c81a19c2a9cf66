// A conversation: lines from an input to a peer and from the peer to a handler, both at
// once, until someone says `bye`, the input ends or the peer hangs up.
#pragma once

#include "proto/time.hpp"
#include "udp/plain/line_input.hpp"
#include "udp/plain/line_peer.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace tern::udp {

enum class session_end : std::uint8_t { bye, end_of_input, hung_up };

struct line_session_options {
  // The line that ends the session from either side; it is sent, too.
  std::string goodbye = "bye";
  // After the end of input: how long nothing must come before that is the end. A peer
  // that hangs up ends it sooner.
  proto::duration linger = std::chrono::seconds{1};
};

// The error is that of input or peer. `on_line` is called with each line of the peer,
// which is valid during the call. All references must live until this is done.
net::awaitable<result<session_end>> run_line_session(line_input& input, line_peer& peer, line_session_options options,
                                                     std::function<void(std::string_view)> on_line);

}  // namespace tern::udp
