// What travels inside messages between a client and a relay: one operation a message,
// on reliable-ordered lanes (WIRE.md, "Chat"). Lane index 0 is the control lane; every
// other lane is bound to one destination by its first message, BIND, and the relay
// answers and delivers for that destination on the same lane index.
//
// Plain values, encoded and decoded here and nowhere else. Strings are UTF-8 and
// bounded; decoding refuses anything longer, trailing bytes and unknown operations.
#pragma once

#include "proto/bytes.hpp"
#include "proto/chat/room_kind.hpp"
#include "proto/lane.hpp"
#include "proto/limits.hpp"
#include "proto/numbers.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <variant>

namespace tern::proto::chat {

using key_bytes = byte_array<32>;  // Ed25519 public key: who someone is
using outbox_id = byte_array<16>;
using log_id = byte_array<16>;
using chain_tag = byte_array<8>;

inline constexpr std::size_t text_bytes_max = 512;  // reasons and topics
// Largest overhead of SAY and ENTRY over the body they carry.
inline constexpr std::size_t say_overhead_max = 16;
inline constexpr std::size_t entry_overhead_max = 128;
// The largest body, so that SAY and ENTRY fit one message of the transport: 256 KiB.
inline constexpr std::size_t body_bytes_max = limits::message_bytes_max_default - entry_overhead_max;

inline constexpr lane_id control_lane{0, priority::control, delivery::reliable_ordered};
// `index` >= 1.
constexpr lane_id destination_lane(std::uint64_t index) {
  return lane_id{index, priority::interactive, delivery::reliable_ordered};
}

enum class body_kind : std::uint8_t { text = 0, bytes = 1 };

enum class destination_kind : std::uint8_t {
  room = 0,         // name
  person_name = 1,  // name
  person_key = 2,   // 32 octets
  own_inbox = 3,    // empty
};

enum class refusal : std::uint8_t {
  forbidden = 1,
  rate = 2,
  disk_full = 3,
  too_big = 4,
  bad_text = 5,
  conflict = 6,
  stale = 7,
  name_taken = 8,
  no_such = 9,
  room_full = 10,
  busy = 11,
  clock = 12,
  bad_name = 13,
};
// The same message may succeed later.
constexpr bool is_temporary(refusal reason) {
  return reason == refusal::rate || reason == refusal::disk_full || reason == refusal::busy;
}

// A place in a log that its reader can prove (relay.md, 1).
struct cursor {
  log_id log{};
  log_position position{};
  chain_tag chain{};
  bool operator==(const cursor&) const = default;
};

// Client to relay.

// First message of a lane, and again when the floor or outbox changes.
struct bind {
  destination_kind kind = destination_kind::room;
  std::string destination{};
  outbox_id outbox{};
  std::uint64_t floor = 0;  // every counter below is decided
  wall_time client_time{};
  bool operator==(const bind&) const = default;
};
struct say {
  std::uint64_t counter = 0;
  body_kind kind = body_kind::text;
  proto::bytes body{};
  bool operator==(const say&) const = default;
};
struct join {
  std::optional<cursor> from{};  // what was shown last; without it only backlog_max newest
  bool announce = true;          // others see it
  std::uint32_t backlog_max = 0;
  bool operator==(const join&) const = default;
};
struct leave {
  bool operator==(const leave&) const = default;
};
enum class history_mode : std::uint8_t { after = 0, before = 1, latest = 2, between = 3 };
struct history {
  std::uint64_t request = 0;
  history_mode mode = history_mode::latest;
  log_position first{};  // after: exclusive; before: exclusive end; between: first included
  log_position last{};   // between: last included
  std::uint32_t limit = 0;
  bool operator==(const history&) const = default;
};
// Control lane.
struct claim_name {
  std::string name{};
  bool operator==(const claim_name&) const = default;
};
// Destination lane of a room.
struct who {
  std::uint64_t request = 0;
  bool operator==(const who&) const = default;
};
// Control lane.
struct rooms {
  std::uint64_t request = 0;
  bool operator==(const rooms&) const = default;
};

// Of a room, or of what one person may do there. Destination lane.
enum class change_kind : std::uint8_t {
  topic = 0,  // text
  kind = 1,   // value: room_kind
  role = 2,   // of someone; value: room_role
  kick = 3,   // someone, who may come again
  ban = 4,    // someone, for `value` seconds; 0: for good
  mute = 5,   // as ban: may read and not speak
  unban = 6,
  unmute = 7,
  live = 8,  // for good: what is said is passed on and not kept
};
constexpr bool is_about_someone(change_kind what) { return what >= change_kind::role && what <= change_kind::unmute; }

struct change {
  std::uint64_t request = 0;
  change_kind what = change_kind::topic;
  destination_kind who_kind = destination_kind::person_name;  // or person_key
  std::string who{};                                          // empty where it is about nobody
  std::uint64_t value = 0;
  std::string text{};  // topic, or the reason
  bool operator==(const change&) const = default;
};

// The reader has taken over everything up to here. Destination lane.
struct taken {
  log_position position{};
  bool operator==(const taken&) const = default;
};

using client_op = std::variant<bind, say, join, leave, history, claim_name, who, rooms, change, taken>;

// Relay to client.

struct bound {
  log_id log{};
  log_position head{};
  std::string name{};  // of the room or person, as the relay spells it
  bool operator==(const bound&) const = default;
};
struct committed {
  std::uint64_t counter = 0;
  log_position position{};
  wall_time time{};
  bool duplicate = false;  // it had been committed before; this is the original's place
  bool operator==(const committed&) const = default;
};
// Said in a live room: passed on to those who read it now, and not kept.
struct relayed {
  std::uint64_t counter = 0;
  log_position position{};  // 0: passed on before, its place is forgotten
  wall_time time{};
  bool duplicate = false;
  bool operator==(const relayed&) const = default;
};
struct refused {
  std::uint64_t counter = 0;
  refusal reason = refusal::busy;
  std::chrono::milliseconds retry_after{};
  std::string text{};
  bool operator==(const refused&) const = default;
};
struct entry {
  log_position position{};
  wall_time time{};
  key_bytes sender{};
  std::string sender_name{};
  body_kind kind = body_kind::text;
  chain_tag chain{};
  // 0: live or backlog of a join; else the history request that it answers.
  std::uint64_t request = 0;
  proto::bytes body{};
  bool operator==(const entry&) const = default;
};
enum class presence_change : std::uint8_t { here = 0, joined = 1, left = 2, renamed = 3 };
struct presence {
  presence_change what = presence_change::here;
  std::string name{};
  key_bytes key{};
  std::string previous_name{};  // renamed
  bool operator==(const presence&) const = default;
};
struct history_end {
  std::uint64_t request = 0;
  bool more = false;  // the page was cut by its limit
  bool operator==(const history_end&) const = default;
};
// Positions first..last are no longer there (retention). `request` as in entry.
struct gap {
  log_position first{};
  log_position last{};
  std::uint64_t request = 0;
  bool operator==(const gap&) const = default;
};
// The backlog is through; what follows is live. `position` is the last one before; with
// its chain tag it makes a cursor even where nothing was shown.
struct live {
  log_position position{};
  chain_tag chain{};
  bool wants_taken = false;  // the reader is to say how far it is
  bool operator==(const live&) const = default;
};
// The cursor does not belong to this log (restored, recreated): start over, show a gap.
struct new_epoch {
  log_id log{};
  log_position head{};
  bool operator==(const new_epoch&) const = default;
};
struct named {
  std::string name{};
  bool operator==(const named&) const = default;
};
// A request (0: no particular one) could not be served.
struct failed {
  std::uint64_t request = 0;
  refusal reason = refusal::busy;
  std::chrono::milliseconds retry_after{};
  std::string text{};
  bool operator==(const failed&) const = default;
};
// BIND was refused: everything on this lane is void.
struct unbound {
  refusal reason = refusal::busy;
  std::chrono::milliseconds retry_after{};
  std::string text{};
  bool operator==(const unbound&) const = default;
};
struct person {
  std::uint64_t request = 0;
  std::string name{};
  key_bytes key{};
  bool operator==(const person&) const = default;
};
struct room_info {
  std::uint64_t request = 0;
  std::string name{};
  std::uint32_t members = 0;
  bool operator==(const room_info&) const = default;
};
// Ends the answers to WHO and ROOMS.
struct list_end {
  std::uint64_t request = 0;
  bool operator==(const list_end&) const = default;
};
// The recipient, or everyone else who is present in a small room, has taken over everything
// up to `position`.
struct delivered {
  log_position position{};
  bool operator==(const delivered&) const = default;
};

// Something about the room changed. `request` 0: told to everyone who reads it; else the
// answer to CHANGE.
struct changed {
  std::uint64_t request = 0;
  change_kind what = change_kind::topic;
  std::string by_name{};
  key_bytes by{};
  std::string who_name{};  // empty where it is about nobody
  key_bytes who{};
  std::uint64_t value = 0;
  std::string text{};
  bool operator==(const changed&) const = default;
};
// Of the room that was just joined.
struct room_state {
  room_kind kind = room_kind::open;
  room_role role = room_role::none;  // the reader's own
  std::string topic{};
  bool is_live = false;  // nothing is kept
  bool operator==(const room_state&) const = default;
};

using relay_op = std::variant<bound, committed, refused, entry, presence, history_end, gap, live, new_epoch, named,
                              failed, unbound, person, room_info, list_end, delivered, changed, room_state, relayed>;

// `truncated` also where a varint is not the shortest.
enum class op_error : std::uint8_t { truncated, unknown, bad_value, trailing };

bytes encode(const client_op& op);
bytes encode(const relay_op& op);
tl::expected<client_op, op_error> decode_client_op(byte_view message);
tl::expected<relay_op, op_error> decode_relay_op(byte_view message);

}  // namespace tern::proto::chat
