// The one place that says who may do what with a log.
#pragma once

#include "relay/hub/room.hpp"

#include <algorithm>

namespace tern::relay {

enum class deed { say, read };

// A person's inbox is open to every sender and read by its owner alone; rooms are open.
inline bool authorize(const client_key& key, deed what, const room& log) {
  if (what == deed::say || !log.is_inbox()) return true;
  return proto::as_text(key) == log.state().key.name;
}

}  // namespace tern::relay
