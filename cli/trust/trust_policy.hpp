// What to do about a relay's key. A pure decision; asking, storing and printing are others' work.
#pragma once

#include "cli/failure.hpp"
#include "proto/seal/keys.hpp"

#include <optional>
#include <string>

namespace tern::cli {

struct key_offer {
  std::string authority;  // HOST:PORT as tern_address::authority() writes it
  proto::public_key offered;
  std::optional<proto::public_key> known;   // from the trust store
  std::optional<proto::public_key> pinned;  // from the address
  bool on_loopback = false;
};

enum class trust_verdict {
  trusted,     // known or pinned, go on
  accept_new,  // unknown, go on and remember it
  ask,         // unknown, a person must say
  unknown,     // unknown and nobody to ask: stop
  changed,     // not the key we know: stop, whatever the settings say
};

struct trust_rules {
  bool accept_new = false;  // --trust accept-new
  bool can_ask = false;     // a person sits at a terminal
};

trust_verdict judge(const key_offer& offer, const trust_rules& rules);

// Exit 5, with the line to type.
failure unknown_key_failure(const key_offer& offer);
failure changed_key_failure(const key_offer& offer);

// For a terminal; the answer is `yes` or anything else.
std::string trust_question(const key_offer& offer);

}  // namespace tern::cli
