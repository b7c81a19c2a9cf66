// The values that the hub and a store exchange. No SQLite here and no threads: the
// hub decides with them, a store carries them out, tests do both in memory.
//
// A log is the ordered memory of one room or of one person's inbox. Positions in a
// log are contiguous and start at 1. The hub learns every log and name once, from
// the snapshot at start-up, and is told of each change by a result.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/time.hpp"
#include "relay/store/rules.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tern::relay {

using proto::log_position;

using client_key = proto::byte_array<32>;  // Ed25519, names a person
using outbox_id = proto::byte_array<16>;   // drawn by the client for each outbox
using log_id = proto::byte_array<16>;      // random, another one when a room is made again
using chain_tag = proto::byte_array<8>;    // first octets of a row's chain hash; all zero before the first row

// Short for a log inside one relay: given by the hub, stored, never reused.
using log_number = proto::number<struct log_number_tag>;
// What the hub calls a request; comes back in its result.
using request_tag = proto::number<struct request_tag_tag>;

enum class log_kind : std::uint8_t { room = 0, inbox = 1 };

// What a log belongs to: a folded room name, or the 32 octets of the recipient's key.
struct log_key {
  log_kind kind = log_kind::room;
  std::string name{};
  auto operator<=>(const log_key&) const = default;
};

struct log_state {
  log_number number{};
  log_key key{};
  log_id id{};
  log_position head{};   // last committed; 0 in an empty log
  log_position first{};  // oldest that is still stored; head + 1 when nothing is
  chain_tag head_chain{};
};

struct name_record {
  std::string name{};  // folded
  client_key key{};
  proto::wall_time last_seen{};
};

struct rules_record {
  log_number log{};
  room_rules rules{};
};

// Everything the hub needs to know before it answers anyone.
struct store_snapshot {
  std::vector<log_state> logs{};
  std::vector<name_record> names{};
  std::vector<rules_record> rules{};  // of the logs that have any
};

// A log that the store may not have yet: made in the same transaction as the row.
struct new_log {
  log_key key{};
  log_id id{};
  std::optional<client_key> owner{};
};

// The wish to commit one message. Requests of one hub are committed in the order in
// which they were handed over.
struct append_request {
  request_tag tag{};
  log_number log{};
  std::optional<new_log> create{};  // set until the hub has seen one append to the log succeed
  client_key sender{};
  std::string sender_name{};
  outbox_id outbox{};
  std::uint64_t counter = 0;  // (sender, outbox, counter) is the idempotency key
  std::uint64_t floor = 0;    // the client has a decision for every counter below
  std::uint8_t kind = 0;      // as in SAY: 0 text, 1 bytes
  proto::bytes body{};
  proto::wall_time commit_time{};
  // How many failures of the storage the hub knew of when it asked. A store that has
  // had more refuses the request unseen (append_status::storage_failed): what the hub
  // sent before it heard of a failure must not overtake what that failure refused.
  std::uint64_t failures_seen = 0;
};

enum class append_status : std::uint8_t {
  committed,       // durable; a new row
  duplicate,       // the same idempotency key and body: position and time of the original
  conflict,        // the same idempotency key with another log or body
  stale,           // the counter is below the stored floor, or too far above it, to be decided
  overtaken,       // the log already has a message of this outbox with a higher counter
  log_full,        // retention may not make room yet (relay.md, 5)
  disk_full,       // nothing was stored; a later attempt may succeed
  storage_failed,  // nothing is known to be stored; see failures_seen
};

struct append_result {
  request_tag tag{};
  append_status status = append_status::committed;
  log_position position{};         // committed, duplicate
  proto::wall_time commit_time{};  // committed, duplicate
  chain_tag chain{};               // committed, duplicate
  std::uint64_t failures = 0;      // failures of the storage up to and with this result
};

// The wish to give `name` to `key`, taking away the key's former name and the name's former
// key. The hub has already decided that it may.
struct name_request {
  request_tag tag{};
  std::string name{};  // folded
  client_key key{};
  proto::wall_time time{};
  // Not a claim: the key was seen, which is noted if it still has the name.
  bool seen_again = false;
};

struct name_result {
  request_tag tag{};
  bool stored = false;
};

// The wish to change what a log is or what people may do there. It says what is to be from
// then on, not what was before.
struct rules_request {
  request_tag tag{};
  log_number log{};
  std::optional<new_log> create{};  // as in append_request
  room_kind kind = room_kind::open;
  std::string topic{};
  std::vector<right_record> changed{};
  bool live = false;
};

struct rules_result {
  request_tag tag{};
  bool stored = false;
};

// Rows with from <= position <= to, at most `rows_max` and about `bytes_max` of bodies
// (always at least one row, if there is any), in ascending order. `newest` says which
// end is kept when they do not all fit.
struct read_request {
  request_tag tag{};
  log_number log{};
  log_position from{1};
  log_position to{};
  std::uint32_t rows_max = 200;
  std::uint64_t bytes_max = std::uint64_t{256} * 1024;
  bool newest = false;
  bool with_let_go = false;  // also rows of let_go_kind: for their chains
};

struct row {
  log_position position{};
  proto::wall_time commit_time{};
  client_key sender{};
  std::string sender_name{};
  std::uint8_t kind = 0;
  proto::bytes body{};
  chain_tag chain{};
};

// The kind of a row that retention has let go before those behind it: its body and its
// sender's name are gone, its place and its chain are left.
inline constexpr std::uint8_t let_go_kind = 2;

// The row that a request becomes at that position; its chain tag is still to be computed.
inline row row_of(const append_request& request, log_position position) {
  return {.position = position,
          .commit_time = request.commit_time,
          .sender = request.sender,
          .sender_name = request.sender_name,
          .kind = request.kind,
          .body = request.body};
}

struct read_result {
  request_tag tag{};
  bool failed = false;  // the storage could not be read; rows is empty
  std::vector<row> rows{};
  log_position first{};  // of the log, as in log_state
};

}  // namespace tern::relay
