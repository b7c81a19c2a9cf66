// The connections, by id and by client. What is limited for each key lives here too,
// as long as the key is connected or its rate has not recovered.
#pragma once

#include "relay/hub/afterlife.hpp"
#include "relay/hub/denial.hpp"
#include "relay/hub/limits.hpp"
#include "relay/hub/peer.hpp"
#include "relay/hub/rate_limit.hpp"

#include <algorithm>
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

  bool is_here() const { return !connections.empty() || provisional > 0; }
  proto::time_point idle_at() const { return std::max({messages.idle_at(), bytes.idle_at(), denials.idle_at()}); }
};

class peer_table {
 public:
  // Both outlive the table.
  peer_table(const hub_limits& limits, hub_counters& counters) : limits_(limits), counters_(counters) {}

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
  std::size_t client_count() const { return clients_.size(); }
  // The limits that it was made with have other values: rates begin anew.
  void on_rates_changed();

 private:
  void forget(proto::time_point now);

  const hub_limits& limits_;
  hub_counters& counters_;
  std::unordered_map<peer_id, peer> peers_;
  // Of those who are here, which the connections bound, and in gone_. Ordered: a client may choose its key, not our
  // worst case.
  std::map<client_key, client> clients_;
  afterlife<client_key> gone_;
};

}  // namespace tern::relay
