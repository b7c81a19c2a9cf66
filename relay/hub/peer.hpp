// One connection of one client as the hub sees it: who it is, which lane stands for
// which destination, and what waits to be sent to it.
#pragma once

#include "proto/lane.hpp"
#include "proto/time.hpp"
#include "relay/hub/action.hpp"
#include "relay/hub/neighbourhood.hpp"
#include "relay/hub/outbox_gate.hpp"
#include "relay/hub/reader.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace tern::relay {

// A lane bound to a destination by BIND.
struct binding {
  log_number log;
  outbox_id outbox{};
  std::uint64_t floor = 0;
  outbox_gate gate{};
  std::uint64_t pending = 0;        // its messages on their way to the store
  std::uint64_t failures_seen = 0;  // append_request::failures_seen of all of them

  // What was said here and is not known to be delivered: from the first to the last of it.
  std::optional<position_range> undelivered{};

  std::optional<reader> subscription{};  // joined
  bool told_live = false;                // LIVE was said
  log_position taken{};                  // up to here, says the reader
  bool announces = false;                // counts as present
  bool introduced = false;               // was told who is here
  bool has_turn = false;                 // is in the connection's reader_turns
  bool wants_page = false;               // is in the connection's page_turns
  bool holds_open = false;               // is counted in empty_rooms
};

struct peer {
  peer_id id;
  client_key key{};
  bool provisional = false;              // half-open: may say, and nothing else
  bool is_text = false;                  // came by the text gateway: the key proves nothing
  std::optional<address_prefix> from{};  // where from, once that is proved
  proto::time_point heard_at{};
  bool was_seen = false;  // its key's name is known not to be idle

  std::map<proto::lane_id, binding> bindings{};
  std::uint64_t joined = 0;   // bindings with a subscription
  std::uint64_t pending = 0;  // appends and name claims on their way to the store
  std::uint64_t reads = 0;    // history pages and rows for cursors on their way from the store
  bool is_claiming = false;   // a name; what it says next waits for the answer
  bool input_paused = false;

  // What waits to be sent: answers first, then what its readers have.
  std::deque<deliver> replies{};
  std::uint64_t replies_bytes = 0;
  std::deque<proto::lane_id> reader_turns{};  // readers with output, each once (binding::has_turn)
  std::uint64_t reader_bytes = 0;             // in the queues of all its readers, which share one maximum
  std::deque<proto::lane_id> page_turns{};    // readers that want a page, each once (binding::wants_page)
  bool owes_receipts = false;                 // DELIVERED that found no place among the replies
  bool is_paging = false;                     // the page of one reader is on its way from the store
  bool blocked = false;                       // the connection's send queue is full
  bool scheduled = false;                     // is in outbound's turn list
};

}  // namespace tern::relay
