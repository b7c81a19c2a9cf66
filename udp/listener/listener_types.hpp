// What a listener is told and gives.
#pragma once

#include "proto/address.hpp"
#include "proto/chat/destination.hpp"
#include "proto/seal/identity.hpp"
#include "proto/seal/keys.hpp"
#include "proto/time.hpp"

#include <memory>

namespace tern {

struct listener_options {
  // The key that senders see; without it one is drawn.
  std::shared_ptr<const proto::x25519_keypair> key;
  // Messages that wait to be received or confirmed; beyond it senders have to wait.
  std::size_t waiting_max = 1024;
  std::size_t connections_max = 1024;
};

struct listened_message {
  std::uint64_t ticket = 0;  // for confirm()
  proto::identity_key sender;
  proto::address from;
  proto::chat::destination to;  // what the sender's address named: anything is taken
  proto::chat::body_kind kind = proto::chat::body_kind::text;
  proto::bytes body;  // strict UTF-8 where the kind is text
};

}  // namespace tern
