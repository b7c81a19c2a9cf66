// What the hub's parts share: the tables, the limits, and the list of what is to be
// done. The parts (addressing, saying, reading, attendance, naming) each do one thing
// with it and do not know each other's state.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/entropy.hpp"
#include "relay/hub/action.hpp"
#include "relay/hub/authorize.hpp"
#include "relay/hub/denial.hpp"
#include "relay/hub/empty_rooms.hpp"
#include "relay/hub/limits.hpp"
#include "relay/hub/name_registry.hpp"
#include "relay/hub/outbound.hpp"
#include "relay/hub/peer_table.hpp"
#include "relay/hub/room_table.hpp"

#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace tern::relay {

namespace chat = proto::chat;

struct core {
  core(const store_snapshot& snapshot, const hub_limits& configured, proto::entropy& entropy)
      : limits(configured),
        names(snapshot.names, limits.names_max),
        rooms(snapshot, limits, entropy),
        peers(limits, counters),
        near(limits, counters),
        early_guests(limits.early_guest_messages_rate, limits.early_guest_messages_burst),
        out(peers) {}
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  struct place {
    peer* owner = nullptr;
    binding* bound = nullptr;
    explicit operator bool() const { return bound != nullptr; }
  };
  // Null where the connection or the lane's binding is gone.
  place find(const lane_of_peer& where) {
    peer* owner = peers.find(where.peer);
    if (owner == nullptr) return {};
    const auto found = owner->bindings.find(where.lane);
    return {owner, found == owner->bindings.end() ? nullptr : &found->second};
  }

  // Whether the hub can take on more of what this connection says.
  bool has_space(const peer& from) const {
    return !from.is_claiming && from.pending < limits.peer_pending_max && from.reads < limits.peer_reads_max &&
           from.replies_bytes < limits.peer_replies_bytes_max;
  }
  void resume_if_space(peer& held) {
    if (!held.input_paused || !has_space(held)) return;
    held.input_paused = false;
    want(resume{held.id});
  }

  request_tag next_tag() { return last_tag = last_tag.next(); }
  void want(action wish) { wishes.push_back(std::move(wish)); }

  // Why this one may not do that, or nothing. Counts what is refused.
  std::optional<denial> gate(const peer& from, deed what, const room& log, proto::time_point now, proto::wall_time wall,
                             const client_key* whom = nullptr);
  static denial denial_of(permit verdict);
  // A request that is no message costs as much as one, whatever comes of it. Why it has to wait, or nothing.
  std::optional<denial> charge_request(const peer& from, proto::time_point now);
  subject subject_of(const peer& who) const;
  // What limits this one as a guest; null for who has a name, or no address that is proved.
  neighbourhood* neighbours_of(const peer& who) {
    return who.from && subject_of(who).is != standing::named ? &near.at(*who.from) : nullptr;
  }
  // The store has it.
  void on_stored(room& log) {
    open_rooms.on_begun(log.number());
    log.on_stored();
  }
  // A room belongs to the named key that says the first thing in it, or changes it before.
  // What a guest begins belongs to nobody, and so does the room that everyone comes to.
  void found(const peer& who, room& log);
  bool may_found(const peer& who, const room& log) const;
  bool may_own_another(const client_key& key) const { return rooms.owned_by(key) < limits.rooms_owned_max; }

  static payload encode(const chat::relay_op& op) { return std::make_shared<const proto::bytes>(chat::encode(op)); }
  void reply(peer& to, proto::lane_id lane, const chat::relay_op& op) { out.reply(to, lane, encode(op)); }

  hub_limits limits;
  hub_counters counters;
  name_registry names;
  room_table rooms;
  peer_table peers;
  neighbourhood_table near;
  empty_rooms open_rooms;
  rate_limit early_guests;
  outbound out;
  std::deque<action> wishes;  // everything but deliveries
  request_tag last_tag;
};

}  // namespace tern::relay
