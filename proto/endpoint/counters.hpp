// What an endpoint counts for datagrams that belong to no connection, and for
// connections as a whole. Every silent drop has a line here.
#pragma once

#include <cstdint>

namespace tern::proto {

struct endpoint_counters {
  std::uint64_t datagrams_received = 0;
  std::uint64_t datagrams_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;

  std::uint64_t malformed = 0;  // no packet of ours
  std::uint64_t unknown_version = 0;
  std::uint64_t unknown_connection = 0;  // a data packet for an id we do not have
  std::uint64_t short_handshake = 0;     // HELLO or INITIAL below 1200 bytes
  std::uint64_t initial_forged = 0;      // Noise message did not open
  std::uint64_t initial_repeated = 0;    // known ephemeral: REPLY repeated
  std::uint64_t auth_failed = 0;
  std::uint64_t token_bad = 0;    // counted as none
  std::uint64_t token_daily = 0;  // good ones of an earlier connection
  std::uint64_t retries_sent = 0;
  std::uint64_t uninvited = 0;  // HELLOs and INITIALs without a good invite, where one is needed or shown
  std::uint64_t resets_sent = 0;
  std::uint64_t resets_withheld = 0;  // beyond their rate
  std::uint64_t resets_received = 0;
  std::uint64_t resets_forged = 0;       // of no connection we have
  std::uint64_t handshakes_dropped = 0;  // hard limit
  std::uint64_t half_open_evicted = 0;
  std::uint64_t connections_refused = 0;  // table full
  std::uint64_t retry_forged = 0;         // client: RETRY or REPLY that does not verify
  std::uint64_t outbound_dropped = 0;     // stateless answers beyond the queue's bound

  std::uint64_t streams_accepted = 0;
  std::uint64_t streams_refused = 0;  // a table was full, or the hard limit of handshakes
  std::uint64_t streams_evicted = 0;  // half-open, made room for another
  std::uint64_t streams_foreign = 0;  // somebody spoke something else
  std::uint64_t streams_expired = 0;  // no finished handshake in time

  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_validated = 0;
  std::uint64_t connections_closed = 0;
  std::uint64_t connections_idle_closed = 0;

  std::uint64_t packets_forged = 0;
  std::uint64_t packets_replayed = 0;
};

}  // namespace tern::proto
