// An invite to a private relay as a file that people hand to each other: the relay's key, its
// address where that was given, and the invite itself. Lines of a word and a value; '#' begins
// a comment.
#pragma once

#include "proto/seal/invite.hpp"
#include "proto/seal/keys.hpp"

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern {

struct invite_file {
  proto::public_key relay_key;
  std::string relay;  // tern://HOST:PORT, or empty
  std::string name;   // what its maker called it, one line
  proto::invite invite;

  // The error is a line for a person.
  static tl::expected<invite_file, std::string> parse(std::string_view text);
  std::string to_text() const;
};

}  // namespace tern
