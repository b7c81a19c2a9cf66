// What of an outbox outlives its process (relay.md, section 1): every message that may have been sent and is not
// decided, under the keys under which it was sent. Plain values; where they are kept is their owner's business.
#pragma once

#include "proto/chat/destination.hpp"
#include "proto/chat/session_events.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace tern::proto::chat {

struct kept_message {
  std::uint64_t counter = 0;
  body_kind kind = body_kind::text;
  bytes body{};
  wall_time said_at{};
  wall_time expires_at{};
  bool operator==(const kept_message&) const = default;
};

// An outbox as another process left it. Messages have ascending counters.
struct kept_outbox {
  // What it is called where it is kept: the id it was drawn with, whatever became of that.
  outbox_id key{};
  // Under which its messages go.
  outbox_id id{};
  destination to{};
  std::vector<kept_message> messages{};
  bool operator==(const kept_outbox&) const = default;
};

// What has to be written down, in this order.
struct message_kept {  // before it is first sent
  outbox_id key{};
  outbox_id id{};
  destination to{};
  kept_message message{};
  message_id said{};
};
struct message_forgotten {  // it is decided
  outbox_id key{};
  std::uint64_t counter = 0;
};
struct outbox_renewed {  // after a conflict: what is undecided goes under another id
  outbox_id key{};
  outbox_id id{};
};
using outbox_change = std::variant<message_kept, message_forgotten, outbox_renewed>;

}  // namespace tern::proto::chat
