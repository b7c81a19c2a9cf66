// What a session tells its owner. Drained with session::poll_event().
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "proto/chat/destination.hpp"
#include "proto/chat/ops.hpp"

namespace tern::proto::chat {

// A message of ours: its fate. `id` is what say() returned.
struct message_committed {
  std::uint64_t id = 0;
  destination to;
  committed receipt;
};
struct message_refused {
  std::uint64_t id = 0;
  destination to;
  refused reason;
};
// The deadline passed first. With `was_sent` it may still have been, or yet be, committed.
struct message_expired {
  std::uint64_t id = 0;
  destination to;
  bool was_sent = false;
};
// A temporary refusal: the message waits and is sent again after `retry_after`.
struct message_delayed {
  std::uint64_t id = 0;
  destination to;
  refused reason;
};

// The destination is known to the relay; `name` as the relay spells it.
struct destination_bound {
  destination to;
  bound log;
};
struct destination_refused {
  destination to;
  unbound reason;
};

// From a log that was joined. Each position once, in order.
struct entry_received {
  destination from;
  entry message;
  log_id log{};
  bool own = false;  // sent by our key
};
struct gap_found {
  destination in;
  gap missing;
};
struct epoch_changed {
  destination in;
  new_epoch epoch;
};
struct became_live {
  destination in;
  live from;
};
struct presence_changed {
  destination in;
  presence change;
};
struct delivered_up_to {
  destination to;
  log_position position;
};

// Answers, whole: entries in order, people, rooms.
struct history_page {
  std::uint64_t request = 0;
  destination of;
  std::vector<entry> entries;
  std::vector<gap> gaps;
  bool more = false;
};
struct people_listed {
  std::uint64_t request = 0;
  destination in;
  std::vector<person> people;
};
struct rooms_listed {
  std::uint64_t request = 0;
  std::vector<room_info> rooms;
};
struct request_failed {
  std::uint64_t request = 0;
  failed reason;
};

// The relay knows us by this name; `wanted` is what was asked for.
struct name_given {
  std::string name;
  std::string wanted;
};
struct name_refused {
  std::string name;
  failed reason;
};

// Every message is decided: nothing is left to be sent or waited for.
struct drained {};

using session_event =
    std::variant<message_committed, message_refused, message_expired, message_delayed, destination_bound,
                 destination_refused, entry_received, gap_found, epoch_changed, became_live, presence_changed,
                 delivered_up_to, history_page, people_listed, rooms_listed, request_failed, name_given, name_refused,
                 drained>;

}  // namespace tern::proto::chat
