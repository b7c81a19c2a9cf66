#include "relay/hub/hub.hpp"

#include "proto/chat/names.hpp"

#include <utility>

namespace tern::relay {

hub::hub(const store_snapshot& snapshot, const hub_limits& limits, proto::entropy& entropy)
    : entropy_(entropy),
      core_(snapshot, limits, entropy),
      addressing_(core_),
      reading_(core_),
      delivering_(core_),
      saying_(core_, reading_, delivering_),
      attendance_(core_),
      naming_(core_, attendance_),
      ruling_(core_, reading_, attendance_) {}

void hub::change_limits(const hub_limits& limits) {
  const hub_limits former = std::exchange(core_.limits, limits);
  const auto differ = [&](auto... fields) { return ((former.*fields != limits.*fields) || ...); };
  core_.names.set_names_max(limits.names_max);
  if (differ(&hub_limits::key_messages_rate, &hub_limits::key_messages_burst, &hub_limits::key_bytes_rate,
             &hub_limits::key_bytes_burst))
    core_.peers.on_rates_changed();
  if (differ(&hub_limits::room_messages_rate, &hub_limits::room_messages_burst)) core_.rooms.on_rates_changed();
  if (differ(&hub_limits::prefix_guest_messages_rate, &hub_limits::prefix_guest_messages_burst,
             &hub_limits::prefix_guest_bytes_rate, &hub_limits::prefix_guest_bytes_burst,
             &hub_limits::prefix_guest_logs, &hub_limits::prefix_guest_names))
    core_.near.on_rates_changed();
  if (differ(&hub_limits::early_guest_messages_rate, &hub_limits::early_guest_messages_burst))
    core_.early_guests = rate_limit{limits.early_guest_messages_rate, limits.early_guest_messages_burst};
}

void hub::on_connected(peer_id id, const client_key& key, bool provisional, const address_prefix& from,
                       proto::time_point now) {
  peer& newcomer = core_.peers.add(id, key, provisional, now);
  if (provisional) return;
  locate(newcomer, from, now);
  evict_surplus(newcomer, now);
}

client_key hub::on_text_connected(peer_id id, const std::optional<address_prefix>& from, proto::time_point now) {
  const client_key key = entropy_.draw<32>();
  peer& newcomer = core_.peers.add(id, key, false, now);
  newcomer.is_text = true;
  if (from) locate(newcomer, *from, now);
  return key;
}

void hub::on_validated(peer_id id, const address_prefix& from, proto::time_point now) {
  peer* known = core_.peers.find(id);
  if (known == nullptr) return;
  core_.peers.validate(*known, now);
  locate(*known, from, now);
  core_.out.on_validated(*known);
  evict_surplus(*known, now);
}

void hub::locate(peer& who, const address_prefix& from, proto::time_point now) {
  if (who.from) return;
  who.from = from;
  core_.near.enter(from, now);
}

void hub::evict_surplus(const peer& newcomer, proto::time_point now) {
  while (peer* silent = core_.peers.surplus(newcomer)) {
    ++core_.counters.evicted;
    expel(*silent, proto::close_code::evicted, "too many connections of this key", now);
  }
}

void hub::on_early(peer_id id, std::span<const early_message> messages, proto::time_point now, proto::wall_time wall) {
  peer* from = core_.peers.find(id);
  if (from == nullptr) return;
  const bool taken = may_take_early(messages, wall) && !must_wait(*from, messages, now);
  core_.want(early_verdict{id, taken});
  if (!taken) {
    ++core_.counters.early_not_taken;
    return;
  }
  for (const auto& [lane, message] : messages) apply(id, lane, message, now, wall);
}

bool hub::must_wait(const peer& from, std::span<const early_message> messages, proto::time_point now) {
  const bool is_guest = core_.subject_of(from).is != standing::named;
  if (is_guest && core_.early_guests.wait(messages.size(), now).count() > 0) return true;
  for (const auto& [lane, message] : messages) {
    const auto op = chat::decode_client_op(message);
    const auto* bind = op ? std::get_if<chat::bind>(&*op) : nullptr;
    if (bind == nullptr) continue;
    const room* log = addressing_.find(from, *bind);
    // In a live room nothing tells a replay from what it repeats.
    if (log != nullptr && log->is_live()) return true;
    // Rooms and inboxes that guests begin count for their address, which has to be proved.
    const bool is_commons = bind->kind == chat::destination_kind::room && bind->destination == commons;
    if (is_guest && (log == nullptr || !log->is_stored()) && !is_commons) return true;
  }
  if (is_guest) core_.early_guests.take(messages.size(), now);
  return false;
}

void hub::on_message(peer_id id, proto::lane_id lane, proto::byte_view message, proto::time_point now,
                     proto::wall_time wall) {
  peer* from = core_.peers.find(id);
  // Half-open connections are heard by on_early() alone.
  if (from == nullptr || from->provisional) return;
  naming_.on_seen(*from, wall);
  apply(id, lane, message, now, wall);
}

void hub::apply(peer_id id, proto::lane_id lane, proto::byte_view message, proto::time_point now,
                proto::wall_time wall) {
  peer* from = core_.peers.find(id);
  if (from == nullptr) return;
  from->heard_at = now;
  auto op = chat::decode_client_op(message);
  const bool is_known = op && (lane == chat::control_lane ? on_control(*from, *op, now, wall)
                                                          : on_destination(*from, lane, std::move(*op), now, wall));
  if (is_known) return;
  ++core_.counters.malformed;
  expel(*from, proto::close_code::protocol_error, "not a chat message of this protocol", now);
}

bool hub::on_control(peer& from, const chat::client_op& op, proto::time_point now, proto::wall_time wall) {
  if (const auto* claim = std::get_if<chat::claim_name>(&op)) {
    naming_.on_claim(from, *claim, now, wall);
  } else if (const auto* list = std::get_if<chat::rooms>(&op)) {
    attendance_.on_rooms(from, *list, now, wall);
  } else {
    return false;
  }
  return true;
}

bool hub::on_destination(peer& from, proto::lane_id lane, chat::client_op op, proto::time_point now,
                         proto::wall_time wall) {
  if (!lane.is_ordered()) {
    ++core_.counters.not_durable;
    core_.reply(
        from, chat::control_lane,
        chat::failed{.reason = chat::refusal::forbidden, .text = "only reliable messages in order are kept here"});
    return true;
  }
  if (lane != chat::destination_lane(lane.index()) || lane.index() == 0) return false;
  if (const auto* bind = std::get_if<chat::bind>(&op)) {
    addressing_.on_bind(from, lane, *bind, now, wall);
    return true;
  }
  const auto found = from.bindings.find(lane);
  // A BIND that was refused: what the client sent before it knew is void.
  if (found == from.bindings.end()) return true;
  binding& bound = found->second;
  if (auto* say = std::get_if<chat::say>(&op)) {
    saying_.on_say(from, lane, bound, std::move(*say), now, wall);
  } else if (const auto* join = std::get_if<chat::join>(&op)) {
    on_join(from, lane, bound, *join, now, wall);
  } else if (std::holds_alternative<chat::leave>(op)) {
    on_leave(from, lane, bound, now);
  } else if (const auto* history = std::get_if<chat::history>(&op)) {
    reading_.on_history(from, lane, bound, *history, now, wall);
  } else if (const auto* who = std::get_if<chat::who>(&op)) {
    attendance_.on_who(from, lane, bound, *who, now, wall);
  } else if (const auto* taken = std::get_if<chat::taken>(&op)) {
    delivering_.on_taken(from, bound, *taken);
  } else if (auto* change = std::get_if<chat::change>(&op)) {
    ruling_.on_change(from, lane, bound, std::move(*change), now, wall);
  } else {
    return false;
  }
  return true;
}

void hub::on_join(peer& from, proto::lane_id lane, binding& bound, const chat::join& op, proto::time_point now,
                  proto::wall_time wall) {
  const bool joined = reading_.on_join(from, lane, bound, op, now, wall);
  if (joined && op.announce) {
    attendance_.on_join(from, bound, now);
  } else {
    attendance_.on_leave(from, bound, now);
  }
}

void hub::on_leave(peer& from, proto::lane_id lane, binding& bound, proto::time_point now) {
  reading_.on_leave(from, lane, bound);
  attendance_.on_leave(from, bound, now);
  delivering_.tell(*core_.rooms.find(bound.log));
}

void hub::on_disconnected(peer_id id, proto::time_point now) {
  peer* gone = core_.peers.find(id);
  if (gone == nullptr) return;
  for (auto& [lane, bound] : gone->bindings) {
    delivering_.on_gone(*gone, lane, bound);
    on_leave(*gone, lane, bound, now);
    if (bound.holds_open) core_.open_rooms.release(*gone->from, bound.log);
    core_.rooms.release(bound.log);
  }
  if (gone->from) core_.near.leave(*gone->from, now);
  naming_.on_gone(*gone, now);
  core_.peers.remove(id, now);
}

void hub::expel(peer& who, proto::close_code code, std::string_view reason, proto::time_point now) {
  const peer_id id = who.id;
  core_.want(disconnect{id, code, std::string{reason}});
  on_disconnected(id, now);
}

bool hub::takes_input(peer_id id) {
  peer* from = core_.peers.find(id);
  if (from == nullptr) return false;
  if (core_.has_space(*from)) return true;
  // Waiting for one's name to be written is everyday: only a limit that is hit counts.
  if (!std::exchange(from->input_paused, true) && !from->is_claiming) ++core_.counters.inputs_paused;
  return false;
}

void hub::on_blocked(deliver unsent) {
  peer* to = core_.peers.find(unsent.peer);
  if (to != nullptr) core_.out.on_blocked(*to, std::move(unsent));
}

void hub::on_writable(peer_id id) {
  peer* to = core_.peers.find(id);
  if (to != nullptr) core_.out.on_writable(*to);
}

void hub::on_committed(const append_result& result, proto::time_point now) { saying_.on_result(result, now); }
void hub::on_named(const name_result& result, proto::time_point now) { naming_.on_result(result, now); }
void hub::on_rules(const rules_result& result, proto::time_point now) { ruling_.on_result(result, now); }
void hub::on_rows(const read_result& result) { reading_.on_rows(result); }

std::optional<action> hub::poll_action() {
  if (core_.wishes.empty()) {
    if (auto next = core_.out.poll()) {
      // What a connection sends makes space for its next page and for its next message.
      peer& to = *core_.peers.find(next->peer);
      reading_.on_drained(to);
      delivering_.on_drained(to);
      core_.resume_if_space(to);
      return std::move(*next);
    }
  }
  if (core_.wishes.empty()) return std::nullopt;
  action next = std::move(core_.wishes.front());
  core_.wishes.pop_front();
  return next;
}

}  // namespace tern::relay
