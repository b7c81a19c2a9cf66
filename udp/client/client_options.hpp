// What a client is told once, when it is made.
#pragma once

#include "proto/address.hpp"
#include "proto/seal/identity.hpp"
#include "proto/seal/keys.hpp"
#include "proto/time.hpp"
#include "udp/client/backoff.hpp"
#include "udp/tern_address.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tern {

// A relay has shown its key at first contact, or another one than we know.
struct key_question {
  tern_address relay;     // as it was given
  proto::address remote;  // where the key came from
  proto::public_key offered;
  std::optional<proto::public_key> known;  // present: the keys differ
};

struct client_options {
  // Who we are. Without it a new key is drawn: a guest.
  std::shared_ptr<const proto::identity> self;
  // The relay's key as remembered; a key in the address comes before it.
  std::optional<proto::public_key> relay_key;
  // Asked at first contact, when no key is known. True: go on, and use it from now on;
  // remembering it is the callee's business. Without it unknown relays are refused. It is
  // called on the client's executor, which waits for it.
  std::function<bool(const key_question&)> trust;
  // Told when the relay shows another key than the known one. It ends the client.
  std::function<void(const key_question&)> on_wrong_key;

  // Claimed on every connection; if it is taken, the second one.
  std::string name;
  std::string fallback_name;

  bool v4_only = false;
  bool v6_only = false;
  // Let the first message travel with the handshake (protocol.md, 3).
  bool early_data = true;
  // Give up, with errc::unreachable or the system's reason, when no address of the relay
  // answers the first time. After a first connection the client tries until it is closed.
  bool give_up_unreachable = true;
  // How long one address is tried while there are others, and the last one of them.
  proto::duration address_timeout = std::chrono::seconds{2};
  proto::duration last_address_timeout = std::chrono::seconds{20};
  udp::backoff_options retry;
  // Incoming messages that wait for async_receive(); beyond it the relay has to wait.
  std::size_t incoming_max = 1024;
};

}  // namespace tern
