// Streams on which no client has finished a handshake yet, in the order of their coming.
// Bounded in all and per address prefix. Knows no time: a stream minds its own.
#pragma once

#include "proto/address.hpp"
#include "proto/endpoint/config.hpp"
#include "proto/endpoint/events.hpp"
#include "proto/endpoint/prefix_counts.hpp"

#include <algorithm>
#include <cstddef>
#include <list>
#include <optional>
#include <unordered_map>

namespace tern::proto {

class half_open_streams {
 public:
  // `limits` outlives it, and may change.
  half_open_streams(const handshake_admission_limits& limits, const keyed_hash& hash)
      : limits_(limits), per_prefix_(hash) {}

  std::size_t size() const { return order_.size(); }
  // Who has to go before one more from that address has room: one of its own prefix, if that
  // is full, so that nobody else suffers from it; else the oldest of all.
  std::optional<connection_handle> in_the_way_of(const address& from) const {
    if (per_prefix_.of(from) >= limits_.half_open_streams_prefix_max) return oldest_of(from);
    if (order_.size() >= limits_.half_open_streams_max) return order_.front().stream;
    return std::nullopt;
  }
  void add(connection_handle stream, const address& from) {
    per_prefix_.add(from);
    places_.emplace(stream, order_.insert(order_.end(), entry{stream, from}));
  }
  // Its handshake is done, or it is gone.
  void remove(connection_handle stream) {
    const auto found = places_.find(stream);
    if (found == places_.end()) return;
    per_prefix_.remove(found->second->from);
    order_.erase(found->second);
    places_.erase(found);
  }

 private:
  struct entry {
    connection_handle stream;
    address from;
  };
  connection_handle oldest_of(const address& from) const {
    return std::find_if(order_.begin(), order_.end(),
                        [prefix = from.limit_prefix()](const entry& one) { return one.from.limit_prefix() == prefix; })
        ->stream;
  }

  const handshake_admission_limits& limits_;
  prefix_counts per_prefix_;
  std::list<entry> order_;  // oldest first
  std::unordered_map<connection_handle, std::list<entry>::iterator> places_;
};

}  // namespace tern::proto
