#include "relay/hub/attendance.hpp"

#include <algorithm>
#include <utility>

namespace tern::relay {

namespace {

chat::presence_change to_wire(presence_event what) {
  switch (what) {
    case presence_event::joined:
      return chat::presence_change::joined;
    case presence_event::left:
      return chat::presence_change::left;
    case presence_event::renamed:
      break;
  }
  return chat::presence_change::renamed;
}

}  // namespace

template <class Change>
void attendance::update(room& log, Change change) {
  const bool was_due = log.people().deadline().has_value();
  change(log.people());
  if (!was_due && log.people().deadline()) due_.push_back({*log.people().deadline(), log.number()});
}

void attendance::on_join(peer& who, binding& bound, proto::time_point now) {
  room& log = *core_.rooms.find(bound.log);
  if (log.is_inbox() || bound.announces) return;
  bound.announces = true;
  bound.introduced = false;
  update(log, [&](presence& people) {
    people.join(who.key, now);
    people.introduce(now);
  });
}

void attendance::on_leave(peer& who, binding& bound, proto::time_point now) {
  if (!std::exchange(bound.announces, false)) return;
  update(*core_.rooms.find(bound.log), [&](presence& people) { people.leave(who.key, now); });
}

void attendance::on_renamed(const client_key& key, const std::string& former_name, proto::time_point now) {
  const client* owner = core_.peers.find_client(key);
  if (owner == nullptr) return;
  for (const peer_id id : owner->connections) {
    for (const auto& [lane, bound] : core_.peers.find(id)->bindings) {
      if (!bound.announces) continue;
      update(*core_.rooms.find(bound.log), [&](presence& people) { people.rename(key, former_name, now); });
    }
  }
}

void attendance::on_timeout(proto::time_point now) {
  while (!due_.empty() && due_.front().at <= now) {
    const due next = due_.front();
    due_.pop_front();
    room* log = core_.rooms.find(next.log);
    if (log != nullptr && log->people().deadline() == next.at) tell(*log);
  }
}

std::optional<proto::time_point> attendance::deadline() const {
  return due_.empty() ? std::nullopt : std::optional{due_.front().at};
}

void attendance::tell(room& log) {
  const auto batch = log.people().take_batch();
  if (log.people().size() > core_.limits.presence_members_max) return;
  std::vector<payload> messages;
  messages.reserve(batch.size());
  for (const auto& change : batch) {
    messages.push_back(core::encode(
        chat::presence{to_wire(change.what), core_.names.name_of(change.key), change.key, change.former_name}));
  }
  for (const auto& where : log.readers()) {
    const auto [to, bound] = core_.find(where);
    if (!bound->announces) continue;
    if (!std::exchange(bound->introduced, true)) {
      introduce(*to, where.lane, log);
    } else {
      for (std::size_t i = 0; i < batch.size(); ++i) tell_change(*to, where.lane, batch[i], messages[i]);
    }
  }
}

void attendance::introduce(peer& to, proto::lane_id lane, const room& log) {
  for (const auto& [key, connections] : log.people().members()) {
    if (key == to.key || !has_room(to)) continue;
    core_.reply(to, lane, chat::presence{chat::presence_change::here, core_.names.name_of(key), key, {}});
  }
}

void attendance::tell_change(peer& to, proto::lane_id lane, const presence_change& change, const payload& message) {
  if (change.key != to.key && has_room(to)) core_.out.reply(to, lane, message);
}

bool attendance::has_room(peer& to) {
  if (to.replies_bytes < core_.limits.peer_replies_bytes_max) return true;
  ++core_.counters.presence_dropped;
  return false;
}

void attendance::on_who(peer& from, proto::lane_id lane, const binding& bound, const chat::who& op,
                        proto::time_point now, proto::wall_time wall) {
  const room& log = *core_.rooms.find(bound.log);
  if (const auto why = core_.gate(from, deed::read, log, now, wall)) {
    core_.reply(from, lane, chat::failed{op.request, why->reason, why->retry_after, std::string{why->text}});
    return;
  }
  std::uint64_t listed = 0;
  for (const auto& [key, connections] : log.people().members()) {
    if (++listed > core_.limits.presence_members_max) break;
    core_.reply(from, lane, chat::person{op.request, core_.names.name_of(key), key});
  }
  core_.reply(from, lane, chat::list_end{op.request});
}

void attendance::on_rooms(peer& from, const chat::rooms& op, proto::time_point now, proto::wall_time wall) {
  // It is looked for among all rooms.
  if (const auto why = core_.charge_request(from, now)) {
    core_.reply(from, chat::control_lane,
                chat::failed{op.request, why->reason, why->retry_after, std::string{why->text}});
    return;
  }
  std::uint64_t listed = 0;
  for (const auto& [name, number] : core_.rooms.rooms()) {
    const room& log = *core_.rooms.find(number);
    if (authorize(core_.subject_of(from), deed::see, log, wall) != permit::granted) continue;
    if (++listed > core_.limits.rooms_listed_max) break;
    const std::size_t members = log.people().size();
    core_.reply(from, chat::control_lane, chat::room_info{op.request, name, static_cast<std::uint32_t>(members)});
  }
  core_.reply(from, chat::control_lane, chat::list_end{op.request});
}

}  // namespace tern::relay
