// Whom a message is for, or what is read: a room, a person, one's own inbox.
#pragma once

#include "proto/chat/ops.hpp"

#include <compare>
#include <string>

namespace tern::proto::chat {

struct destination {
  destination_kind kind = destination_kind::room;
  std::string name;  // room or person: folded name; person_key: 32 octets; own inbox: empty

  auto operator<=>(const destination&) const = default;

  static destination room(std::string name) { return {destination_kind::room, std::move(name)}; }
  static destination person(std::string name) { return {destination_kind::person_name, std::move(name)}; }
  static destination person(const key_bytes& key) { return {destination_kind::person_key, std::string{as_text(key)}}; }
  static destination own_inbox() { return {destination_kind::own_inbox, {}}; }
};

}  // namespace tern::proto::chat
