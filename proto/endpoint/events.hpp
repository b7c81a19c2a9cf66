// What an endpoint tells its owner. Drained with endpoint::poll_event(); nothing is
// ever called back.
#pragma once

#include "proto/bytes.hpp"
#include "proto/error.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/outgoing_lanes.hpp"
#include "proto/numbers.hpp"
#include "proto/seal/identity.hpp"
#include "proto/seal/keys.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace tern::proto {

// Names a connection for as long as the endpoint lives; never reused.
using connection_handle = number<struct connection_handle_tag>;

// Client, first contact: the relay showed this key. Answer with trust() or abort().
struct relay_key_offered {
  connection_handle connection;
  public_key key;
};

// Client: the relay shows another key than the one we know. The connection is over;
// nothing was sent under the other key.
struct relay_key_changed {
  connection_handle connection;
  public_key known;
  public_key offered;
};

// Client: the handshake is done. `early_taken` says whether the relay accepted what
// travelled in the INITIAL; if it did not, those messages are sent again by themselves.
struct connected {
  connection_handle connection;
  bool early_taken = false;
};

// Relay: a client has proved its identity key. A provisional one has sent only its
// INITIAL so far, which anyone may have replayed; `validated` follows when a packet
// under the transport keys arrives. With `early` set, messages are readable and
// decide_early() is expected; without an answer they count as taken after 5 ms.
struct accepted {
  connection_handle connection;
  identity_key client;
  bool provisional = false;
  bool early = false;
};
struct validated {
  connection_handle connection;
};

// Client: the relay, under the key we know, says which key it will have. Both are good for now.
struct relay_key_announced {
  connection_handle connection;
  public_key known;
  public_key next;
};

// Client: a token that spares later connections to this relay, from the same address and
// within a day, the round trip of a RETRY (connect_options::token).
struct token_given {
  connection_handle connection;
  bytes token;
};

// Client: the connection is a day old, or has carried 2^32 packets: another one should take its
// place. It works on meanwhile.
struct outworn {
  connection_handle connection;
};

// Messages can be taken with receive() until it returns nothing.
struct readable {
  connection_handle connection;
};
// send() had failed with errc::queue_full; there is room again.
struct writable {
  connection_handle connection;
};

struct message_fate {
  connection_handle connection;
  send_event event;
};

// Nothing was heard for several probe timeouts although something is outstanding.
// The connection goes on probing; its owner may try another way meanwhile.
struct silent {
  connection_handle connection;
};
// Heard again after `silent`.
struct heard {
  connection_handle connection;
};

// A PING of ping() was answered, after so long.
struct ping_answered {
  connection_handle connection;
  ping_id id;
  duration round_trip{};
};
// A PING of ping() has reached the peer. Its answer is still under way, or was lost. Not told
// on streams, where nothing is lost.
struct ping_reached {
  connection_handle connection;
  ping_id id;
};
// The packet with a PING of ping() was lost on its way there, as far as known: ping_reached or ping_answered that
// come late correct it.
struct ping_lost {
  connection_handle connection;
  ping_id id;
};

struct closed {
  enum class cause : std::uint8_t {
    by_us,           // close() or abort(), or an error we found in the peer's packets
    by_peer,         // a CLOSE arrived
    idle,            // established, then silent for the idle timeout
    broken,          // the stream ended without a CLOSE, or carries what the peer did not send
    never_answered,  // the handshake timed out
    reset,           // client: the relay does not know it any more, as after a restart
  };
  connection_handle connection;
  cause how = cause::by_us;
  close_code code = close_code::none;
  std::string reason;
};

// Nothing more will be written to this stream; told once for each. What poll_stream() gave
// before is still to be written.
struct stream_finished {
  enum class manner : std::uint8_t {
    orderly,  // then shut down the sending side, and read on and drop until the peer has ended, or for 2 s at most
    abort,    // close it at once
  };
  connection_handle connection;
  manner how = manner::abort;
};

using endpoint_event = std::variant<relay_key_offered, relay_key_changed, connected, accepted, validated,
                                    relay_key_announced, token_given, outworn, readable, writable, message_fate, silent,
                                    heard, ping_answered, ping_reached, ping_lost, closed, stream_finished>;

}  // namespace tern::proto
