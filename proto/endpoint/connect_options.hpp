// What an endpoint is told about one connection that it begins.
#pragma once

#include "proto/bytes.hpp"
#include "proto/seal/identity.hpp"
#include "proto/seal/invite.hpp"
#include "proto/seal/keys.hpp"

#include <memory>
#include <optional>

namespace tern::proto {

struct connect_options {
  // The key the relay must prove. Without it the first contact asks for one (HELLO)
  // and relay_key_offered follows.
  std::optional<public_key> relay_key;
  // Signs AUTH. Shared with the connection, never changed.
  std::shared_ptr<const identity> self;
  // Let messages that were sent with early_allowed travel in the INITIAL. This costs
  // forward secrecy of those messages and of the client's identity towards the
  // relay's static key (WIRE.md, "Early data").
  bool early_data = true;
  // From a token_given of an earlier connection to this relay; empty: none.
  bytes token;
  // For a private relay; then relay_key is known, too.
  std::shared_ptr<const proto::invite> invite;
};

}  // namespace tern::proto
