// What a session tells its owner. Drained with session::poll_event().
#pragma once

#include "proto/chat/destination.hpp"
#include "proto/chat/ops.hpp"
#include "proto/time.hpp"

#include <deque>
#include <string>
#include <variant>
#include <vector>

namespace tern::proto::chat {

// What a session calls a message or a question of its owner's; unique within the session, never 0.
using message_id = number<struct said_message_tag>;
using request_id = number<struct request_tag>;

// A message of ours: exactly one of the first three is its fate.
struct message_committed {
  message_id id;
  destination to;
  committed receipt;
  duration latency{};  // since say()
  // False: a live room has passed it on and keeps nothing. The position is 0 where it is not known any more.
  bool is_kept = true;
};
struct message_refused {
  message_id id;
  destination to;
  refused reason;
};
// The deadline passed first. With `was_sent` it may still have been, or yet be, committed.
struct message_expired {
  message_id id;
  destination to;
  bool was_sent = false;
};
// A temporary refusal: the message waits and is sent again after `retry_after`.
struct message_delayed {
  message_id id;
  destination to;
  refused reason;
};

// The destination is known to the relay; `name` as the relay spells it.
struct destination_bound {
  destination to;
  bound log;
};
// With `is_retried` the session tries again by itself; else nothing reaches the destination, and every message to it
// is refused too.
struct destination_refused {
  destination to;
  unbound reason;
  bool is_retried = false;
};
// JOIN was refused. With `is_retried` the session tries again by itself.
struct join_refused {
  destination in;
  failed reason;
  bool is_retried = false;
};

// From a log that was joined. Each position once, in order.
struct entry_received {
  destination from;
  entry message;
  log_id log{};
  bool own = false;  // said with our key, by this process or another

  // To be kept once the entry was shown.
  cursor place() const { return {log, message.position, message.chain}; }
};
// Positions that will never be shown.
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
  log_id log{};

  cursor place() const { return {log, from.position, from.chain}; }
};
struct presence_changed {
  destination in;
  presence change;
};
// Someone changed something about a room that was joined, or about someone in it.
struct room_changed {
  destination in;
  changed change;
};
// How it is when it is joined.
struct room_described {
  destination room;
  room_state state;
};
struct delivered_up_to {
  destination to;
  log_position position;
};

// Answers, whole: entries in order, people, rooms. `more`: the page was cut.
struct history_page {
  request_id request;
  destination of;
  std::vector<entry> entries;
  std::vector<gap> gaps;
  bool more = false;
};
struct people_listed {
  request_id request;
  destination in;
  std::vector<person> people;
};
struct rooms_listed {
  request_id request;
  std::vector<room_info> rooms;
};
struct change_made {
  request_id request;
  destination in;
  changed done;
};
struct request_failed {
  request_id request;
  failed reason;
};

// The relay knows us by this name; `wanted` is what was asked for first.
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
                 destination_refused, join_refused, entry_received, gap_found, epoch_changed, became_live,
                 presence_changed, delivered_up_to, history_page, people_listed, rooms_listed, change_made,
                 room_changed, room_described, request_failed, name_given, name_refused, drained>;

using session_events = std::deque<session_event>;

}  // namespace tern::proto::chat
