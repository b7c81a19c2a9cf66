// How a relay is doing: what `tern-relay stats` shows. Values alone; the running relay fills them in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tern::relay {

// Of what was measured in the last one to two minutes.
struct latency_summary {
  std::uint64_t count = 0;
  std::chrono::microseconds p50{};
  std::chrono::microseconds p90{};
  std::chrono::microseconds p99{};
  std::chrono::microseconds most{};
};

// How often something happened since the start.
struct named_count {
  std::string_view name;
  std::uint64_t count = 0;
};

struct relay_stats {
  std::string version;
  std::string data;  // the folder
  std::string_view durability;
  std::chrono::milliseconds uptime{};
  bool is_draining = false;

  std::uint64_t connections = 0;  // half-open ones included
  std::uint64_t half_open = 0;    // have not shown yet that they are where they say
  std::uint64_t text_visitors = 0;
  std::uint64_t rooms = 0;

  std::uint64_t committed = 0;                    // since the start, as all that follow
  std::uint64_t duplicates = 0;                   // sent again, and told their first commit
  std::uint64_t relayed = 0;                      // passed on in live rooms, and not kept
  std::uint64_t delivered = 0;                    // entries handed to connections
  std::optional<latency_summary> commit_latency;  // from the hub to the store and back

  std::uint64_t appends_waiting = 0;  // at the store
  std::uint64_t append_bytes_waiting = 0;
  std::uint64_t others_waiting = 0;  // reads, names and rights, at the store
  std::uint64_t undecided = 0;       // messages whose sender was not answered yet

  std::vector<named_count> refusals;  // by the limit that was hit
  std::vector<named_count> events;

  std::uint64_t bytes_received = 0;  // of datagrams and streams
  std::uint64_t bytes_sent = 0;
  std::uint64_t receive_drops = 0;  // datagrams that found a socket's buffer full

  // As of a few seconds ago.
  std::uint64_t log_bytes = 0;
  std::uint64_t journal_bytes = 0;  // the write-ahead log
  std::uint64_t disk_free_bytes = 0;
};

}  // namespace tern::relay
