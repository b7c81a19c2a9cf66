#include "relay/hub/addressing.hpp"

#include "proto/chat/names.hpp"

#include <algorithm>

namespace tern::relay {

namespace {

log_key inbox_of(const client_key& key) { return {log_kind::inbox, std::string{proto::as_text(key)}}; }

std::string_view explain(chat::refusal reason) {
  switch (reason) {
    case chat::refusal::bad_name:
      return "names are 1 to 32 of a-z 0-9 _ -";
    case chat::refusal::conflict:
      return "the lane already stands for another destination";
    default:
      return "nobody here has that name";
  }
}

denial denial_of(chat::refusal reason) { return {reason, {}, explain(reason)}; }

}  // namespace

void addressing::on_bind(peer& from, proto::lane_id lane, const chat::bind& op, proto::time_point now,
                         proto::wall_time wall) {
  const auto log = open(from, lane, op);
  if (!log) return refuse(from, lane, log.error());
  room& target = **log;
  target.bind();
  const auto why = core_.gate(from, deed::see, target, now, wall);
  if (!why) bind(from, lane, target, op);
  if (why) refuse(from, lane, *why);
  core_.rooms.release(target.number());
}

void addressing::refuse(peer& to, proto::lane_id lane, const denial& why) {
  core_.reply(to, lane, chat::unbound{why.reason, why.retry_after, std::string{why.text}});
}

void addressing::bind(peer& from, proto::lane_id lane, room& target, const chat::bind& op) {
  const auto [position, is_new] = from.bindings.try_emplace(lane, binding{.log = target.number()});
  binding& bound = position->second;
  if (is_new) {
    target.bind();
    bound.holds_open = !target.is_stored() && core_.neighbours_of(from) != nullptr;
    if (bound.holds_open) core_.open_rooms.hold(*from.from, target.number());
  }
  if (bound.outbox != op.outbox) bound.gate = {};
  bound.outbox = op.outbox;
  bound.floor = op.floor;
  bound.gate.on_floor(op.floor);

  chat::bound answer;
  answer.name = display_name(target);
  if (!target.is_inbox() || target.state().key.name == proto::as_text(from.key)) {
    answer.log = target.state().id;
    answer.head = target.head();
  }
  core_.reply(from, lane, answer);
}

const room* addressing::find(const peer& from, const chat::bind& op) {
  const auto key = resolve(from, op);
  return key ? core_.rooms.find(*key) : nullptr;
}

tl::expected<room*, denial> addressing::open(const peer& from, proto::lane_id lane, const chat::bind& op) {
  auto key = resolve(from, op);
  if (!key) return tl::unexpected(denial_of(key.error()));
  if (const auto known = from.bindings.find(lane); known != from.bindings.end()) {
    room* bound = core_.rooms.find(known->second.log);
    if (bound->state().key == *key) return bound;
    return tl::unexpected(denial_of(chat::refusal::conflict));
  }
  if (from.bindings.size() >= core_.limits.peer_lanes_max) {
    ++core_.counters.lanes_full;
    return tl::unexpected(denial{chat::refusal::busy, {}, "too many destinations on one connection"});
  }
  if (!may_hold_open(from, core_.rooms.find(*key))) {
    ++core_.counters.guest_rooms_open;
    return tl::unexpected(denial{
        chat::refusal::room_full, {}, "guests at your address have too many rooms open in which nothing was said"});
  }
  if (room* opened = core_.rooms.open(*key)) return opened;
  ++core_.counters.rooms_full;
  return tl::unexpected(denial{chat::refusal::room_full, {}, "the relay has no space for a further room"});
}

bool addressing::may_hold_open(const peer& from, const room* known) {
  const std::uint64_t most = core_.limits.prefix_guest_open_rooms;
  if (most == 0 || core_.neighbours_of(from) == nullptr || (known != nullptr && known->is_stored())) return true;
  return core_.open_rooms.held_by(*from.from) < most ||
         (known != nullptr && core_.open_rooms.is_held_by(*from.from, known->number()));
}

tl::expected<log_key, chat::refusal> addressing::resolve(const peer& from, const chat::bind& op) const {
  if (op.kind == chat::destination_kind::own_inbox) return inbox_of(from.key);
  if (op.kind == chat::destination_kind::person_key) {
    client_key key{};  // as long as the destination: the codec refuses others
    std::copy(op.destination.begin(), op.destination.end(), key.begin());
    return inbox_of(key);
  }
  auto folded = chat::fold_name(op.destination);
  if (!folded) return tl::unexpected(chat::refusal::bad_name);
  if (op.kind == chat::destination_kind::room) return log_key{log_kind::room, std::move(*folded)};
  const auto holder = core_.names.holder_of(*folded);
  if (!holder) return tl::unexpected(chat::refusal::no_such);
  return inbox_of(*holder);
}

std::string addressing::display_name(const room& log) const {
  if (!log.is_inbox()) return log.state().key.name;
  client_key owner{};
  std::copy(log.state().key.name.begin(), log.state().key.name.end(), owner.begin());
  return core_.names.name_of(owner);
}

}  // namespace tern::relay
