// Every log of the relay by what it belongs to and by its number. Rooms are made on
// first use; one in which nothing was ever said is forgotten with its last user.
#pragma once

#include "proto/entropy.hpp"
#include "relay/hub/room.hpp"

#include <map>
#include <unordered_map>
#include <vector>

namespace tern::relay {

class room_table {
 public:
  // `limits` and `entropy` outlive the table.
  room_table(const store_snapshot& snapshot, const hub_limits& limits, proto::entropy& entropy);

  room* find(log_number number);
  room* find(const log_key& key);
  // The log that belongs to `key`, made if need be; null if there may be no more of its kind.
  room* open(const log_key& key);
  void release(log_number number);

  std::uint64_t owned_by(const client_key& key) const {
    const auto found = owned_.find(key);
    return found == owned_.end() ? 0 : found->second;
  }
  // A room has changed hands.
  void on_owner(const std::optional<client_key>& former, const std::optional<client_key>& present);

  // The limits that it was made with have other values: rates begin anew.
  void on_rates_changed();

  // Rooms by name, for the list; inboxes are nobody's business.
  const std::map<std::string, log_number>& rooms() const { return rooms_; }

 private:
  std::map<std::string, log_number>& index(log_kind kind) { return kind == log_kind::room ? rooms_ : inboxes_; }

  const hub_limits& limits_;
  proto::entropy& entropy_;
  std::unordered_map<log_number, room> logs_;
  std::map<std::string, log_number> rooms_;
  std::map<std::string, log_number> inboxes_;
  std::map<client_key, std::uint64_t> owned_;  // rooms of each key that owns any
  log_number last_;
};

}  // namespace tern::relay
