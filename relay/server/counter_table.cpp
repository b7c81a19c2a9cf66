#include "relay/server/counter_table.hpp"

#include <array>

namespace tern::relay {

namespace {

using proto::endpoint_counters;
using udp::driver_counters;
using enum counter_kind;

template <class Counters>
struct known_counter {
  std::string_view name;
  std::uint64_t Counters::*field;
  counter_kind kind;
};

// Beside hit_fields.
constexpr std::array hub_others{
    known_counter<hub_counters>{"committed", &hub_counters::committed, own},
    known_counter<hub_counters>{"relayed", &hub_counters::relayed, own},
    known_counter<hub_counters>{"duplicates", &hub_counters::duplicates, own},
    known_counter<hub_counters>{"delivered", &hub_counters::delivered_entries, own},
    known_counter<hub_counters>{"tail-entries", &hub_counters::tail_entries, event},
};

constexpr std::array of_endpoint{
    known_counter<endpoint_counters>{"auth-failed", &endpoint_counters::auth_failed, limit},
    known_counter<endpoint_counters>{"retries", &endpoint_counters::retries_sent, limit},
    known_counter<endpoint_counters>{"handshakes-dropped", &endpoint_counters::handshakes_dropped, limit},
    known_counter<endpoint_counters>{"half-open-evicted", &endpoint_counters::half_open_evicted, limit},
    known_counter<endpoint_counters>{"connections-refused", &endpoint_counters::connections_refused, limit},
    known_counter<endpoint_counters>{"initial-forged", &endpoint_counters::initial_forged, limit},
    known_counter<endpoint_counters>{"uninvited", &endpoint_counters::uninvited, limit},
    known_counter<endpoint_counters>{"resets-withheld", &endpoint_counters::resets_withheld, limit},
    known_counter<endpoint_counters>{"answers-dropped", &endpoint_counters::outbound_dropped, limit},
    known_counter<endpoint_counters>{"stream-handshakes-refused", &endpoint_counters::streams_refused, limit},
    known_counter<endpoint_counters>{"streams-evicted", &endpoint_counters::streams_evicted, limit},
    known_counter<endpoint_counters>{"streams-foreign", &endpoint_counters::streams_foreign, limit},
    known_counter<endpoint_counters>{"streams-expired", &endpoint_counters::streams_expired, limit},
    known_counter<endpoint_counters>{"datagrams-taken", &endpoint_counters::datagrams_received, event},
    known_counter<endpoint_counters>{"datagrams-made", &endpoint_counters::datagrams_sent, event},
    known_counter<endpoint_counters>{"malformed-packets", &endpoint_counters::malformed, event},
    known_counter<endpoint_counters>{"unknown-version", &endpoint_counters::unknown_version, event},
    known_counter<endpoint_counters>{"unknown-connection", &endpoint_counters::unknown_connection, event},
    known_counter<endpoint_counters>{"short-handshake", &endpoint_counters::short_handshake, event},
    known_counter<endpoint_counters>{"initial-repeated", &endpoint_counters::initial_repeated, event},
    known_counter<endpoint_counters>{"token-bad", &endpoint_counters::token_bad, event},
    known_counter<endpoint_counters>{"token-daily", &endpoint_counters::token_daily, event},
    known_counter<endpoint_counters>{"resets-sent", &endpoint_counters::resets_sent, event},
    known_counter<endpoint_counters>{"resets-received", &endpoint_counters::resets_received, event},
    known_counter<endpoint_counters>{"resets-forged", &endpoint_counters::resets_forged, event},
    known_counter<endpoint_counters>{"retry-forged", &endpoint_counters::retry_forged, event},
    known_counter<endpoint_counters>{"stream-handshakes-begun", &endpoint_counters::streams_accepted, event},
    known_counter<endpoint_counters>{"connections-accepted", &endpoint_counters::connections_accepted, event},
    known_counter<endpoint_counters>{"connections-validated", &endpoint_counters::connections_validated, event},
    known_counter<endpoint_counters>{"connections-closed", &endpoint_counters::connections_closed, event},
    known_counter<endpoint_counters>{"connections-idle-closed", &endpoint_counters::connections_idle_closed, event},
    known_counter<endpoint_counters>{"packets-forged", &endpoint_counters::packets_forged, event},
    known_counter<endpoint_counters>{"packets-replayed", &endpoint_counters::packets_replayed, event},
    known_counter<endpoint_counters>{"datagram-bytes-taken", &endpoint_counters::bytes_received, own},
    known_counter<endpoint_counters>{"datagram-bytes-made", &endpoint_counters::bytes_sent, own},
};

constexpr std::array of_sockets{
    known_counter<driver_counters>{"streams-refused", &driver_counters::streams_refused, limit},
    known_counter<driver_counters>{"accept-failed", &driver_counters::accept_failed, limit},
    known_counter<driver_counters>{"turns", &driver_counters::turns, event},
    known_counter<driver_counters>{"sends-blocked", &driver_counters::send_blocked, event},
    known_counter<driver_counters>{"sends-failed", &driver_counters::send_failed, event},
    known_counter<driver_counters>{"streams-opened", &driver_counters::streams_opened, event},
    known_counter<driver_counters>{"streams-failed", &driver_counters::streams_failed, event},
    known_counter<driver_counters>{"streams-accepted", &driver_counters::streams_accepted, event},
    known_counter<driver_counters>{"datagrams-received", &driver_counters::datagrams_received, own},
    known_counter<driver_counters>{"datagrams-sent", &driver_counters::datagrams_sent, own},
    known_counter<driver_counters>{"receive-drops", &driver_counters::receive_drops, own},
    known_counter<driver_counters>{"stream-bytes-received", &driver_counters::stream_bytes_received, own},
    known_counter<driver_counters>{"stream-bytes-sent", &driver_counters::stream_bytes_sent, own},
};

constexpr std::array of_shard{
    known_counter<shard_counters>{"invites-used-up", &shard_counters::invites_used_up, limit},
};

template <class Counters>
constexpr std::size_t members_of = sizeof(Counters) / sizeof(std::uint64_t);

static_assert(hit_fields.size() + hub_others.size() == members_of<hub_counters>, "a counter is in no table");
static_assert(of_endpoint.size() == members_of<endpoint_counters>, "a counter is in no table");
static_assert(of_sockets.size() == members_of<driver_counters>, "a counter is in no table");
static_assert(of_shard.size() == members_of<shard_counters>, "a counter is in no table");
static_assert(text_hits.size() == members_of<text_counters>, "a counter is in no table");

template <class Table, class Counters>
void add(std::vector<named_count>& to, counter_kind kind, const Table& table, const Counters& counters) {
  for (const auto& known : table) {
    if (known.kind == kind) to.push_back({known.name, counters.*known.field});
  }
}

}  // namespace

std::vector<named_count> counts_of(counter_kind kind, const relay_counters& counters) {
  std::vector<named_count> counts;
  counts.reserve(hit_fields.size() + of_endpoint.size());
  if (kind == limit) {
    for (const auto& [name, field] : hit_fields) counts.push_back({name, counters.hub.*field});
  }
  add(counts, kind, hub_others, counters.hub);
  add(counts, kind, of_endpoint, counters.endpoint);
  add(counts, kind, of_sockets, counters.sockets);
  add(counts, kind, of_shard, counters.shard);
  if (kind == limit) {
    for (const auto& [name, field] : text_hits) counts.push_back({name, counters.text.*field});
  }
  return counts;
}

}  // namespace tern::relay
