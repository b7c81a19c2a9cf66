// The connections, by id and by client. What is limited for each key lives here too,
// as long as the key is connected or its rate has not recovered.
#pragma once

#include "relay/hub/denial.hpp"
#include "relay/hub/limits.hpp"
#include "relay/hub/peer.hpp"
#include "relay/hub/rate_limit.hpp"

#include <map>
#include <unordered_map>
#include <vector>

namespace tern::relay {

// A client: a key, with all its connections.
struct client {
  explicit client(const hub_limits& limits)
      : messages(limits.key_messages_rate, limits.key_messages_burst),
        bytes(limits.key_bytes_rate, limits.key_bytes_burst) {}
  rate_limit messages;
  rate_limit bytes;
  denial_count denials{};
  std::vector<peer_id> connections{};  // provisional ones are not among them
  std::uint64_t provisional = 0;
};

class peer_table {
 public:
  explicit peer_table(const hub_limits& limits) : limits_(limits) {}

  peer& add(peer_id id, const client_key& key, bool provisional, proto::time_point now);
  // The connection is the client's own now, no longer half-open.
  void validate(peer& peer, proto::time_point now);
  void remove(peer_id id, proto::time_point now);

  peer* find(peer_id id);
  // Precondition: a peer with this key is in the table.
  client& client_of(const client_key& key) { return clients_.at(key); }
  client* find_client(const client_key& key);
  // The other connection of the newcomer's key that has been silent longest, if it has too
  // many. Not one whose message is on its way to the store: it will be told in a moment.
  peer* surplus(const peer& newcomer);
  std::size_t size() const { return peers_.size(); }
  // The limits that it was made with have other values: rates begin anew.
  void on_rates_changed();

 private:
  void forget_idle(proto::time_point now);

  const hub_limits& limits_;
  std::unordered_map<peer_id, peer> peers_;
  std::map<client_key, client> clients_;  // ordered: a client may choose its key, not our worst case
  std::size_t sweep_at_ = 1024;
};

}  // namespace tern::relay
