// Every bound of the hub that a client can run into, and what counts the hits
// (relay.md, section 5). Rates are per second; sizes are octets.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/limits.hpp"
#include "proto/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace tern::relay {

struct hub_limits {
  std::uint64_t key_messages_rate = 20;
  std::uint64_t key_messages_burst = 100;
  std::uint64_t key_bytes_rate = 1024 * 1024;
  std::uint64_t key_bytes_burst = 1024 * 1024;  // at least message_bytes_max, or the largest never pass
  std::uint64_t room_messages_rate = 2'000;
  std::uint64_t room_messages_burst = 2'000;
  std::uint64_t message_bytes_max = proto::chat::body_bytes_max;

  // Of one IPv4 address or IPv6 /64, all guests there together.
  std::uint64_t prefix_guest_messages_rate = 200;
  std::uint64_t prefix_guest_messages_burst = 1'000;
  std::uint64_t prefix_guest_bytes_rate = 4 * 1024 * 1024;
  std::uint64_t prefix_guest_bytes_burst = 4 * 1024 * 1024;
  std::uint64_t prefix_guest_logs = 256;          // rooms and inboxes begun, a day
  std::uint64_t prefix_guest_names = 256;         // claimed, a day
  std::uint64_t prefix_guest_open_rooms = 1'024;  // bound, with nothing said in them
  std::uint64_t prefix_guest_denials = 100;       // refused rights a minute, then its guests wait 5 minutes
  // Of guests whose address is not proved, all together; what is above has to wait for the proof.
  std::uint64_t early_guest_messages_rate = 500;
  std::uint64_t early_guest_messages_burst = 2'000;

  std::uint64_t rooms_max = 100'000;
  std::uint64_t inboxes_max = 1'000'000;
  std::uint64_t rooms_owned_max = 64;    // per key
  std::uint64_t rooms_joined_max = 256;  // per connection
  std::uint64_t room_rights_max = 10'000;
  std::uint64_t key_denials_max = 10;  // refused rights a minute, then the key waits 5 minutes
  std::uint64_t room_members_max = 10'000;
  std::uint64_t names_max = 1'000'000;

  std::uint64_t key_connections_max = 8;
  // Who is gone, until their rates have recovered; those who are here are bounded by the connections.
  std::uint64_t remembered_keys_max = 100'000;
  std::uint64_t remembered_prefixes_max = 100'000;
  std::uint64_t peer_lanes_max = 512;          // destinations bound by one connection
  std::uint64_t peer_pending_max = 1'024;      // messages of one connection on their way to the store
  std::uint64_t pending_max = 50'000;          // messages on their way to the store, all connections together
  std::uint64_t pending_bytes_max = 64 << 20;  // and their bodies
  std::uint64_t pending_names_max = 10'000;    // claims, all connections together, also those that are gone
  std::uint64_t pending_changes_max = 10'000;  // changes of rooms, the same
  std::uint64_t peer_replies_bytes_max = 256 * 1024;
  std::uint64_t peer_reads_max = 4;  // history pages and rows for cursors on their way from the store
  // All reads of the store together, also for connections that are gone; above it no further history and no joins.
  std::uint64_t reads_max = 50'000;
  std::uint64_t reader_queue_bytes_max = 256 * 1024;  // of one connection, all its rooms together
  std::uint64_t tail_bytes_max = 4 << 20;             // of a log, for those who are behind in it
  std::uint64_t tails_bytes_max = 64 << 20;           // of all logs together
  std::uint64_t page_rows_max = 200;
  std::uint64_t rooms_listed_max = 500;

  std::uint64_t presence_members_max = 500;
};

// The room that everyone comes to: it belongs to nobody.
inline constexpr std::string_view commons = "lobby";

// Not open to configuration: the client's rules are made of them too.
inline constexpr std::chrono::milliseconds presence_interval{250};
inline constexpr std::chrono::minutes early_time_window{10};
inline constexpr std::chrono::seconds busy_retry_after{1};
// Rooms in which it is told that everyone present has taken a message over.
inline constexpr std::size_t delivered_readers_max = 32;
// A client never has a counter more than 1,000 above its oldest undecided one.
inline constexpr std::uint64_t counter_window = 1'024;

struct hub_counters {
  std::uint64_t malformed = 0;          // messages that made us close their connection
  std::uint64_t say_rate_key = 0;       // refused: 20/s of the key
  std::uint64_t say_bytes_key = 0;      // refused: bytes/s of the key
  std::uint64_t say_rate_room = 0;      // refused: 2,000/s of the room
  std::uint64_t requests_rate = 0;      // refused: changes, claims and lists count as messages
  std::uint64_t guest_messages = 0;     // refused: messages/s of the guests of an address
  std::uint64_t guest_bytes = 0;        // refused: bytes/s of them
  std::uint64_t guest_logs = 0;         // refused: rooms and inboxes that they begin
  std::uint64_t guest_names = 0;        // refused: names that they claim
  std::uint64_t guest_rooms_open = 0;   // refused: rooms that they keep open
  std::uint64_t say_too_big = 0;        // refused
  std::uint64_t say_bad_text = 0;       // refused
  std::uint64_t say_out_of_turn = 0;    // refused: follows a refused one of its outbox
  std::uint64_t say_busy = 0;           // refused: the store is behind
  std::uint64_t store_behind = 0;       // refused: names, changes and reads that the store is behind with
  std::uint64_t say_stale = 0;          // refused: counter outside the window
  std::uint64_t storage_refusals = 0;   // refused by the store: disk, failure, full
  std::uint64_t log_unreadable = 0;     // refused: what was asked for could not be read; `verify` says why
  std::uint64_t forbidden = 0;          // not their right
  std::uint64_t rights_wait = 0;        // refused: this key was refused its rights too often
  std::uint64_t rooms_owned_full = 0;   // refused: would own too many rooms
  std::uint64_t rights_full = 0;        // no further right in this room
  std::uint64_t not_durable = 0;        // sent so that it may be lost, which a log cannot keep
  std::uint64_t rooms_full = 0;         // no further room or inbox
  std::uint64_t members_full = 0;       // no further member, or room for this connection
  std::uint64_t lanes_full = 0;         // no further destination for this connection
  std::uint64_t names_refused = 0;      // taken, reserved, malformed, too many
  std::uint64_t early_not_taken = 0;    // early data that has to be sent again
  std::uint64_t evicted = 0;            // a ninth connection of a key took the place of one
  std::uint64_t key_forgotten = 0;      // one that is gone, before its rates had recovered
  std::uint64_t prefix_forgotten = 0;   // the same of an address
  std::uint64_t presence_dropped = 0;   // presence for a reader with no room for it
  std::uint64_t readers_behind = 0;     // live readers that went back to reading pages
  std::uint64_t inputs_paused = 0;      // connections told to wait by a limit
  std::uint64_t live_gaps = 0;          // what a reader of a live room missed was told as a gap
  std::uint64_t committed = 0;          // new rows
  std::uint64_t relayed = 0;            // passed on in live rooms
  std::uint64_t duplicates = 0;         // the original commit told again
  std::uint64_t delivered_entries = 0;  // entries handed to connections
  std::uint64_t tail_entries = 0;       // those of them that were read from the shared tail
};

// No limit may be set above this: rates and their bursts are reckoned in nanoseconds.
inline constexpr std::uint64_t limit_most = 1'000'000'000;

struct limit_field {
  std::string_view name;
  std::uint64_t hub_limits::*field;
  std::uint64_t least = 0;  // below it nothing would work at all
  std::uint64_t most = limit_most;
};

// Names for `--limit NAME=VALUE` and for benches that print what they raised.
inline constexpr std::array limit_fields{
    limit_field{"key-messages-rate", &hub_limits::key_messages_rate},
    limit_field{"key-messages-burst", &hub_limits::key_messages_burst, 1},
    limit_field{"key-bytes-rate", &hub_limits::key_bytes_rate},
    limit_field{"key-bytes-burst", &hub_limits::key_bytes_burst, 1},
    limit_field{"room-messages-rate", &hub_limits::room_messages_rate},
    limit_field{"room-messages-burst", &hub_limits::room_messages_burst, 1},
    limit_field{"message-bytes", &hub_limits::message_bytes_max, 1, proto::chat::body_bytes_max},
    limit_field{"prefix-guest-messages-rate", &hub_limits::prefix_guest_messages_rate},
    limit_field{"prefix-guest-messages-burst", &hub_limits::prefix_guest_messages_burst, 1},
    limit_field{"prefix-guest-bytes-rate", &hub_limits::prefix_guest_bytes_rate},
    limit_field{"prefix-guest-bytes-burst", &hub_limits::prefix_guest_bytes_burst, 1},
    limit_field{"prefix-guest-logs", &hub_limits::prefix_guest_logs},
    limit_field{"prefix-guest-names", &hub_limits::prefix_guest_names},
    limit_field{"prefix-guest-open-rooms", &hub_limits::prefix_guest_open_rooms},
    limit_field{"prefix-guest-denials", &hub_limits::prefix_guest_denials},
    limit_field{"early-guest-messages-rate", &hub_limits::early_guest_messages_rate},
    limit_field{"early-guest-messages-burst", &hub_limits::early_guest_messages_burst, 1},
    limit_field{"rooms", &hub_limits::rooms_max},
    limit_field{"inboxes", &hub_limits::inboxes_max},
    limit_field{"rooms-owned", &hub_limits::rooms_owned_max},
    limit_field{"room-rights", &hub_limits::room_rights_max},
    limit_field{"key-denials", &hub_limits::key_denials_max},
    limit_field{"rooms-joined", &hub_limits::rooms_joined_max},
    limit_field{"room-members", &hub_limits::room_members_max},
    limit_field{"names", &hub_limits::names_max},
    limit_field{"key-connections", &hub_limits::key_connections_max},
    limit_field{"remembered-keys", &hub_limits::remembered_keys_max},
    limit_field{"remembered-prefixes", &hub_limits::remembered_prefixes_max},
    limit_field{"peer-lanes", &hub_limits::peer_lanes_max},
    limit_field{"peer-pending", &hub_limits::peer_pending_max, 1},
    limit_field{"pending", &hub_limits::pending_max, 1},
    limit_field{"pending-names", &hub_limits::pending_names_max, 1},
    limit_field{"pending-changes", &hub_limits::pending_changes_max, 1},
    limit_field{"pending-bytes", &hub_limits::pending_bytes_max, 1},
    limit_field{"peer-replies-bytes", &hub_limits::peer_replies_bytes_max, 1},
    limit_field{"reads", &hub_limits::reads_max, 1},
    limit_field{"peer-reads", &hub_limits::peer_reads_max, 1},
    limit_field{"reader-queue-bytes", &hub_limits::reader_queue_bytes_max},
    limit_field{"tail-bytes", &hub_limits::tail_bytes_max},
    limit_field{"tails-bytes", &hub_limits::tails_bytes_max},
    limit_field{"page-rows", &hub_limits::page_rows_max, 1},
    limit_field{"rooms-listed", &hub_limits::rooms_listed_max},
    limit_field{"presence-members", &hub_limits::presence_members_max},
};

struct counter_field {
  std::string_view name;
  std::uint64_t hub_counters::*field;
};

// Counters of refusals and the like: what an operator wants to hear of.
inline constexpr std::array hit_fields{
    counter_field{"malformed", &hub_counters::malformed},
    counter_field{"say-rate-key", &hub_counters::say_rate_key},
    counter_field{"say-bytes-key", &hub_counters::say_bytes_key},
    counter_field{"say-rate-room", &hub_counters::say_rate_room},
    counter_field{"requests-rate", &hub_counters::requests_rate},
    counter_field{"guest-messages", &hub_counters::guest_messages},
    counter_field{"guest-bytes", &hub_counters::guest_bytes},
    counter_field{"guest-logs", &hub_counters::guest_logs},
    counter_field{"guest-names", &hub_counters::guest_names},
    counter_field{"guest-rooms-open", &hub_counters::guest_rooms_open},
    counter_field{"say-too-big", &hub_counters::say_too_big},
    counter_field{"say-bad-text", &hub_counters::say_bad_text},
    counter_field{"say-out-of-turn", &hub_counters::say_out_of_turn},
    counter_field{"say-busy", &hub_counters::say_busy},
    counter_field{"store-behind", &hub_counters::store_behind},
    counter_field{"say-stale", &hub_counters::say_stale},
    counter_field{"storage-refusals", &hub_counters::storage_refusals},
    counter_field{"log-unreadable", &hub_counters::log_unreadable},
    counter_field{"forbidden", &hub_counters::forbidden},
    counter_field{"rights-wait", &hub_counters::rights_wait},
    counter_field{"rooms-owned-full", &hub_counters::rooms_owned_full},
    counter_field{"rights-full", &hub_counters::rights_full},
    counter_field{"not-durable", &hub_counters::not_durable},
    counter_field{"rooms-full", &hub_counters::rooms_full},
    counter_field{"members-full", &hub_counters::members_full},
    counter_field{"lanes-full", &hub_counters::lanes_full},
    counter_field{"names-refused", &hub_counters::names_refused},
    counter_field{"early-not-taken", &hub_counters::early_not_taken},
    counter_field{"evicted", &hub_counters::evicted},
    counter_field{"key-forgotten", &hub_counters::key_forgotten},
    counter_field{"prefix-forgotten", &hub_counters::prefix_forgotten},
    counter_field{"presence-dropped", &hub_counters::presence_dropped},
    counter_field{"readers-behind", &hub_counters::readers_behind},
    counter_field{"inputs-paused", &hub_counters::inputs_paused},
    counter_field{"live-gaps", &hub_counters::live_gaps},
};

}  // namespace tern::relay
