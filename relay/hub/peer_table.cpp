#include "relay/hub/peer_table.hpp"

namespace tern::relay {

peer& peer_table::add(peer_id id, const client_key& key, bool provisional, proto::time_point now) {
  client& owner = clients_.try_emplace(key, limits_).first->second;
  if (!owner.is_here()) gone_.leave(key);
  if (provisional) {
    ++owner.provisional;
  } else {
    owner.connections.push_back(id);
  }
  forget(now);
  return peers_.insert_or_assign(id, peer{.id = id, .key = key, .provisional = provisional, .heard_at = now})
      .first->second;
}

void peer_table::validate(peer& peer, proto::time_point now) {
  if (!peer.provisional) return;
  peer.provisional = false;
  peer.heard_at = now;
  client& owner = client_of(peer.key);
  --owner.provisional;
  owner.connections.push_back(peer.id);
}

void peer_table::remove(peer_id id, proto::time_point now) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  const client_key key = found->second.key;
  client& owner = client_of(key);
  if (found->second.provisional) {
    --owner.provisional;
  } else {
    std::erase(owner.connections, id);
  }
  peers_.erase(found);
  if (!owner.is_here()) gone_.enter(key, owner.idle_at());
  forget(now);
}

peer* peer_table::find(peer_id id) {
  const auto found = peers_.find(id);
  return found == peers_.end() ? nullptr : &found->second;
}

client* peer_table::find_client(const client_key& key) {
  const auto found = clients_.find(key);
  return found == clients_.end() ? nullptr : &found->second;
}

peer* peer_table::surplus(const peer& newcomer) {
  const auto& connections = client_of(newcomer.key).connections;
  if (connections.size() <= limits_.key_connections_max) return nullptr;
  peer* silent = nullptr;
  for (const peer_id id : connections) {
    peer* candidate = find(id);
    if (candidate == &newcomer || candidate->pending > 0) continue;
    if (silent == nullptr || candidate->heard_at < silent->heard_at) silent = candidate;
  }
  return silent;
}

void peer_table::on_rates_changed() {
  for (auto& [key, owner] : clients_) {
    const client fresh{limits_};
    owner.messages = fresh.messages;
    owner.bytes = fresh.bytes;
  }
}

void peer_table::forget(proto::time_point now) {
  while (const auto next = gone_.poll(now, limits_.remembered_keys_max)) {
    clients_.erase(next->key);
    if (next->is_early) ++counters_.key_forgotten;
  }
}

}  // namespace tern::relay
