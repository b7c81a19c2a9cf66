// What there is to be told of a running relay, as its parts count it. Values and references
// for the moment of one answer.
#pragma once

#include "relay/metrics/duration_buckets.hpp"
#include "relay/server/counter_table.hpp"
#include "relay/store/writer.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace tern::relay {

struct relay_numbers {
  std::string_view version;
  std::chrono::duration<double> uptime{};
  bool is_draining = false;
  bool is_well = true;  // as /healthz has found last

  std::uint64_t connections = 0;  // half-open ones included
  std::uint64_t visitors = 0;     // of the text gateway
  std::uint64_t rooms = 0;
  std::uint64_t undecided = 0;  // messages on their way to the store
  group_committer::load waiting;
  // As of a few seconds ago.
  std::uint64_t log_bytes = 0;  // with its journal
  std::uint64_t disk_free_bytes = 0;

  relay_counters counters;
  const duration_buckets& commits;
};

}  // namespace tern::relay
