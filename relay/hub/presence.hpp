// Who is in one room, and what changed since the last batch (relay.md, section 2). A
// person is a key, however many connections it has here; someone who leaves and comes
// back within one batch has not changed anything. Does not know who is told.
#pragma once

#include "proto/time.hpp"
#include "relay/hub/limits.hpp"
#include "relay/store/types.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tern::relay {

enum class presence_event : std::uint8_t { joined, left, renamed };

struct presence_change {
  presence_event what = presence_event::joined;
  client_key key{};
  std::string former_name;  // renamed only
};

class presence {
 public:
  void join(const client_key& key, proto::time_point now);
  // Precondition: an equal join came before.
  void leave(const client_key& key, proto::time_point now);
  // Does nothing for someone who is not here.
  void rename(const client_key& key, const std::string& former_name, proto::time_point now);
  // Someone is to be told who is here with the next batch.
  void introduce(proto::time_point now) { schedule(now); }

  bool contains(const client_key& key) const { return members_.contains(key); }
  std::size_t size() const { return members_.size(); }
  const std::map<client_key, std::uint32_t>& members() const { return members_; }

  // When the batch is due; nothing while there is none.
  std::optional<proto::time_point> deadline() const { return deadline_; }
  std::vector<presence_change> take_batch();

 private:
  void schedule(proto::time_point now);

  std::map<client_key, std::uint32_t> members_;  // connections of each
  std::map<client_key, presence_change> changes_;
  std::optional<proto::time_point> deadline_;
};

}  // namespace tern::relay
