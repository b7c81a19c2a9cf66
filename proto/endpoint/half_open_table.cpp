#include "proto/endpoint/half_open_table.hpp"

#include <algorithm>

namespace tern::proto {

half_open_table::half_open_table(const handshake_admission_limits& limits, const keyed_hash& hash)
    : limits_(limits), by_key_(0, key_hash{hash}), per_prefix_(0, key_hash{hash}) {}

std::optional<connection_handle> half_open_table::find(const initial_key& key) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return found->second;
}

bool half_open_table::is_prefix_full(const address& from) const {
  const auto found = per_prefix_.find(from.limit_prefix());
  return found != per_prefix_.end() && found->second >= limits_.half_open_prefix_max;
}

connection_handle half_open_table::oldest_of(const address& from) const {
  return *std::find_if(half_open_.begin(), half_open_.end(),
                       [this, prefix = from.limit_prefix()](auto one) { return entries_.at(one).from == prefix; });
}

void half_open_table::add(const initial_key& key, const address& from, connection_handle connection, time_point now) {
  half_open_.push_back(connection);
  entries_.emplace(connection, entry{key, from.limit_prefix(), now, true, std::prev(half_open_.end())});
  by_key_.emplace(key, connection);
  ++per_prefix_[from.limit_prefix()];
}

void half_open_table::confirm(connection_handle connection) {
  const auto found = entries_.find(connection);
  if (found == entries_.end() || !found->second.is_half_open) return;
  entry& confirmed = found->second;
  discount(confirmed);
  confirmed.is_half_open = false;
  confirmed_.splice(confirmed_.end(), half_open_, confirmed.place);
}

void half_open_table::remove(connection_handle connection) {
  const auto found = entries_.find(connection);
  if (found == entries_.end()) return;
  const entry& removed = found->second;
  if (removed.is_half_open) discount(removed);
  (removed.is_half_open ? half_open_ : confirmed_).erase(removed.place);
  by_key_.erase(removed.key);
  entries_.erase(found);
}

void half_open_table::discount(const entry& counted) {
  const auto found = per_prefix_.find(counted.from);
  if (--found->second == 0) per_prefix_.erase(found);
}

time_point half_open_table::expiry_of(connection_handle connection) const {
  return entries_.at(connection).added_at + limits_.half_open_life;
}

std::optional<time_point> half_open_table::next_expiry() const {
  std::optional<time_point> earliest;
  if (!half_open_.empty()) earliest = expiry_of(half_open_.front());
  if (!confirmed_.empty()) {
    const time_point other = expiry_of(confirmed_.front());
    earliest = earliest ? std::min(*earliest, other) : other;
  }
  return earliest;
}

std::optional<connection_handle> half_open_table::expire(time_point now) {
  while (!confirmed_.empty() && expiry_of(confirmed_.front()) <= now) remove(confirmed_.front());
  if (half_open_.empty() || expiry_of(half_open_.front()) > now) return std::nullopt;
  return half_open_.front();
}

}  // namespace tern::proto
