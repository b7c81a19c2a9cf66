// What a client is told once about its way to the relay.
#pragma once

#include "proto/address.hpp"
#include "proto/seal/invite.hpp"
#include "proto/seal/keys.hpp"
#include "proto/time.hpp"
#include "udp/route/backoff.hpp"
#include "udp/tern_address.hpp"
#include "udp/transport.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace tern {

// A relay has shown its key at first contact, or another one than we know.
struct key_question {
  tern_address relay;     // as it was given
  proto::address remote;  // where the key came from
  proto::public_key offered;
  std::optional<proto::public_key> known;  // present: the keys differ
};

struct route_options {
  // The relay's key as remembered; a key in the address comes before it.
  std::optional<proto::public_key> relay_key;
  // Asked at first contact, when no key is known. True: go on, and use it from now on;
  // remembering it is the callee's business. Without it unknown relays are refused. It is
  // called on the client's executor, which waits for it.
  std::function<bool(const key_question&)> trust;
  // Told when the relay shows another key than the known one. It ends the client.
  std::function<void(const key_question&)> on_wrong_key;

  // Told when the relay, under the key that is known, announces its next one (`offered`). The
  // client uses that from now on; remembering it is the callee's business.
  std::function<void(const key_question&)> on_next_key;
  // Lets us into a private relay; then the relay's key is known, too.
  std::shared_ptr<const proto::invite> invite;

  // What may carry packets. `automatic` races UDP and TCP, prefers UDP, and changes between
  // them whenever one fails (protocol.md, 9).
  transport_choice transport = transport_choice::automatic;
  // Let the first message travel with the handshake (protocol.md, 3).
  bool early_data = true;
  // Give up, with errc::unreachable or the system's reason, when no address of the relay
  // answers the first time. After a first connection the client tries until it is closed.
  bool give_up_unreachable = true;
  // How long the attempts of a round are tried after the last one of them began.
  proto::duration connect_timeout = std::chrono::seconds{20};
  udp::backoff_options retry;
};

}  // namespace tern
