// Whose reset token is it? A client's connections by what a RESET of each would show. Looked
// up by a keyed hash and compared in constant time, so that trying tokens teaches nothing.
#pragma once

#include "proto/bytes.hpp"
#include "proto/endpoint/events.hpp"
#include "proto/seal/constant_time.hpp"
#include "proto/seal/issued_ids.hpp"
#include "proto/seal/keyed_hash.hpp"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace tern::proto {

class reset_table {
 public:
  using token = issued_ids::reset_token;

  explicit reset_table(const keyed_hash& hash) : hash_(hash) {}

  // A relay that gives the same token twice is heard for the first connection only.
  void add(const token& shown, connection_handle connection) {
    entries_.try_emplace(hash_(shown), entry{shown, connection});
  }
  void remove(const token& shown, connection_handle connection) {
    const auto found = entries_.find(hash_(shown));
    if (found != entries_.end() && found->second.connection == connection) entries_.erase(found);
  }
  std::optional<connection_handle> find(const token& shown) const {
    const auto found = entries_.find(hash_(shown));
    if (found == entries_.end() || !equal_in_constant_time(found->second.shown, shown)) return std::nullopt;
    return found->second.connection;
  }

 private:
  struct entry {
    token shown;
    connection_handle connection;
  };
  keyed_hash hash_;
  std::unordered_map<std::uint64_t, entry> entries_;
};

}  // namespace tern::proto
