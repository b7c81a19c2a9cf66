// Handshakes that a relay has answered and that were not yet confirmed by a packet
// under the transport keys. Bounded in all and per address prefix; the oldest goes
// first. Also recognises a repeated INITIAL before any cryptography is spent on it,
// for as long as a handshake may take, whether it was confirmed meanwhile or not.
#pragma once

#include "proto/address.hpp"
#include "proto/endpoint/config.hpp"
#include "proto/endpoint/events.hpp"
#include "proto/numbers.hpp"
#include "proto/seal/keyed_hash.hpp"
#include "proto/time.hpp"

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>

namespace tern::proto {

// What names one handshake attempt: the same bytes mean the same INITIAL.
struct initial_key {
  connection_id client;
  std::array<std::uint8_t, 32> ephemeral{};
  auto operator<=>(const initial_key&) const = default;
};

class half_open_table {
 public:
  // `limits` outlives it, and may change.
  half_open_table(const handshake_admission_limits& limits, const keyed_hash& hash);

  std::optional<connection_handle> find(const initial_key& key) const;
  // True when the prefix has as many half-open handshakes as it may.
  bool is_prefix_full(const address& from) const;
  bool is_full() const { return half_open_.size() >= limits_.half_open_max; }
  std::size_t size() const { return half_open_.size(); }
  // The one that has been half-open for longest. Precondition: size() > 0.
  connection_handle oldest() const { return half_open_.front(); }
  // The same of those from the address's prefix. Precondition: there is one.
  connection_handle oldest_of(const address& from) const;

  void add(const initial_key& key, const address& from, connection_handle connection, time_point now);
  // No longer half-open; still recognised until its time is over.
  void confirm(connection_handle connection);
  void remove(connection_handle connection);

  // When the oldest half-open handshake, or the oldest recognised one, has had its time.
  std::optional<time_point> next_expiry() const;
  // Forgets confirmed handshakes whose time is over; returns a half-open one whose time
  // is over, which the caller closes and removes.
  std::optional<connection_handle> expire(time_point now);

 private:
  using prefix = std::array<std::uint8_t, 16>;
  struct entry {
    initial_key key;
    prefix from;
    time_point added_at;
    bool is_half_open = true;
    std::list<connection_handle>::iterator place;
  };
  struct key_hash {
    keyed_hash hash;
    std::size_t operator()(const initial_key& key) const { return static_cast<std::size_t>(hash(key.ephemeral)); }
    std::size_t operator()(const prefix& value) const { return static_cast<std::size_t>(hash(value)); }
  };

  const handshake_admission_limits& limits_;
  void discount(const entry& counted);
  time_point expiry_of(connection_handle connection) const;

  std::list<connection_handle> half_open_;  // oldest first
  std::list<connection_handle> confirmed_;  // in the order of confirmation
  std::unordered_map<connection_handle, entry> entries_;
  std::unordered_map<initial_key, connection_handle, key_hash> by_key_;
  std::unordered_map<prefix, std::size_t, key_hash> per_prefix_;
};

}  // namespace tern::proto
