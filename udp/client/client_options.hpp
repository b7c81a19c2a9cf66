// What a client is told once, when it is made.
#pragma once

#include "proto/seal/identity.hpp"
#include "udp/client/client_store.hpp"
#include "udp/route/network_memory.hpp"
#include "udp/route/route_options.hpp"
#include "udp/route/token_memory.hpp"

#include <memory>
#include <string>

namespace tern {

struct client_options : route_options {
  // Who we are. Without it a new key is drawn: a guest.
  std::shared_ptr<const proto::identity> self;

  // Claimed on every connection; if it is taken, the second one.
  std::string name;
  std::string fallback_name;

  bool v4_only = false;
  bool v6_only = false;
  // Where to keep on which networks UDP has failed; without it, only as long as the client lives.
  std::shared_ptr<network_memory> networks;
  // Where to keep what relays give for later connections; without it, only as long as the client lives.
  std::shared_ptr<token_memory> tokens;
  // What outlives this client: undecided messages, and places in logs. One client each. Without
  // it messages are only remembered.
  std::shared_ptr<client_store> store;
  // Incoming messages that wait for async_receive(); beyond it the relay has to wait.
  std::size_t incoming_max = 1024;
};

}  // namespace tern
