// Tokens of relays, kept longer than a connection lives: they spare a later connection a round
// trip while the relay is busy. Only a hint.
#pragma once

#include "proto/bytes.hpp"

#include <string>

namespace tern {

class token_memory {
 public:
  virtual ~token_memory() = default;

  // `place`: this machine's network and the relay's address. A token is shown on the network
  // alone where it was given: elsewhere it would be no use, and tell who came from where.
  // Empty: there is none.
  virtual proto::bytes token_for(const std::string& place) = 0;
  virtual void keep(const std::string& place, const proto::bytes& token) = 0;
};

}  // namespace tern
