#include "relay/hub/ruling.hpp"

#include "proto/chat/names.hpp"
#include "relay/hub/attendance.hpp"
#include "relay/hub/reading.hpp"

#include <algorithm>
#include <utility>

namespace tern::relay {

namespace {

using chat::change_kind;

// Longer than any that is told in seconds.
constexpr proto::wall_time for_good{std::chrono::hours{24 * 366 * 500}};
constexpr std::uint64_t seconds_max = std::uint64_t{10} * 366 * 24 * 3600;

proto::wall_time end_of(std::uint64_t seconds, proto::wall_time now) {
  return seconds == 0 || seconds > seconds_max ? for_good
                                               : now + std::chrono::seconds{static_cast<std::int64_t>(seconds)};
}

bool is_known(const chat::change& op) {
  if (op.what == change_kind::kind) return op.value <= static_cast<std::uint64_t>(room_kind::moderated);
  if (op.what == change_kind::live) return op.value == 1;
  if (op.what == change_kind::role) return op.value <= static_cast<std::uint64_t>(room_role::owner);
  return true;
}

deed deed_of(const chat::change& op, room_role former) {
  switch (op.what) {
    case change_kind::topic:
      return deed::set_topic;
    case change_kind::kind:
    case change_kind::live:
      return deed::set_kind;
    case change_kind::kick:
      return deed::kick;
    case change_kind::ban:
    case change_kind::unban:
      return deed::ban;
    case change_kind::mute:
    case change_kind::unmute:
      return deed::mute;
    case change_kind::role:
      break;
  }
  const bool is_small = former <= room_role::member && static_cast<room_role>(op.value) <= room_role::member;
  return is_small ? deed::enroll : deed::appoint;
}

}  // namespace

void ruling::on_change(peer& from, proto::lane_id lane, binding& bound, chat::change op, proto::time_point now,
                       proto::wall_time wall) {
  if (const auto wait = core_.charge_request(from, now)) return fail(from, lane, op.request, *wait);
  room& log = *core_.rooms.find(bound.log);
  std::optional<client_key> whom;
  if (chat::is_about_someone(op.what)) {
    whom = find_person(log, op);
    if (!whom) return fail(from, lane, op.request, {chat::refusal::no_such, {}, "nobody here has that name"});
  }
  if (const auto why = judge(from, log, op, whom ? &*whom : nullptr, now, wall)) {
    return fail(from, lane, op.request, *why);
  }

  const auto rights = whom ? rights_after(log, op, *whom, wall) : std::vector<right_record>{};
  pending wish{.from = {from.id, lane},
               .log = log.number(),
               .told = {op.request, op.what, core_.names.name_of(from.key), from.key, {}, {}, op.value, op.text},
               .asked_at = wall,
               .kind = log.rules().kind(),
               .topic = log.rules().topic()};
  if (whom) {
    wish.told.who_name = core_.names.name_of(*whom);
    wish.told.who = *whom;
  }
  for (const right_record& each : rights) wish.rights.push_back({each.key, log.rules().of(each.key)});
  const room_kind kind = op.what == change_kind::kind ? static_cast<room_kind>(op.value) : wish.kind;
  const std::string topic = op.what == change_kind::topic ? std::move(op.text) : wish.topic;
  wish.makes_live = op.what == change_kind::live && !log.is_live();
  if (kind == wish.kind && topic == wish.topic && rights.empty() && !wish.makes_live) {
    tell(log, wish);
    return enforce(log, wish, now);
  }
  const auto create = log.creation();
  apply(log, kind, topic, rights);
  log.set_changing(true, wish.makes_live);
  log.bind();  // it must not be forgotten before the result
  ++from.pending;
  const request_tag tag = core_.next_tag();
  core_.want(commit_rules{{tag, log.number(), create, kind, topic, rights, log.is_live() || wish.makes_live}});
  pending_.emplace(tag, std::move(wish));
}

// Who has a name is found by it; a guest only where they are, and without looking at everyone there.
std::optional<client_key> ruling::find_person(const room& in, const chat::change& op) const {
  if (op.who_kind == chat::destination_kind::person_key) {
    client_key key{};
    std::copy(op.who.begin(), op.who.end(), key.begin());
    return key;
  }
  const auto name = chat::fold_name(op.who);
  if (!name) return std::nullopt;
  if (const auto holder = core_.names.holder_of(*name)) return holder;
  const auto& here = in.people().members();
  const auto visitor = core_.names.guests().holder_of(*name);
  if (visitor && here.contains(*visitor)) return visitor;
  const auto least = least_guest_called(*name);
  if (!least) return std::nullopt;
  std::optional<client_key> found;
  for (auto at = here.lower_bound(*least); at != here.end() && guest_name(at->first) == *name; ++at) {
    if (core_.names.name_of(at->first) != *name) continue;
    if (found) return std::nullopt;
    found = at->first;
  }
  return found;
}

std::optional<denial> ruling::judge(const peer& from, room& log, const chat::change& op, const client_key* whom,
                                    proto::time_point now, proto::wall_time wall) {
  core_.found(from, log);
  const room_role former = whom != nullptr ? log.rules().of(*whom).role : room_role::none;
  if (auto why = core_.gate(from, deed_of(op, former), log, now, wall, whom)) return why;
  if (!is_known(op)) return denial{chat::refusal::forbidden, {}, "there is no such kind or role"};
  if (op.what == change_kind::live && !log.is_live() && !log.is_untouched())
    return denial{chat::refusal::forbidden, {}, "only a room in which nothing was said can become a live one"};
  if (pending_.size() >= core_.limits.pending_changes_max) {
    ++core_.counters.store_behind;
    return denial{chat::refusal::busy, busy_retry_after, "the relay is behind with writing"};
  }
  if (log.is_changing()) return denial{chat::refusal::busy, busy_retry_after, "another change is being written"};
  if (whom == nullptr) return std::nullopt;
  if (log.rules().size() + 2 > core_.limits.room_rights_max) {
    log.rules().forget_expired(wall);
    if (log.rules().size() + 2 > core_.limits.room_rights_max) {
      ++core_.counters.rights_full;
      return denial{chat::refusal::room_full, {}, "the room has no place for further rights"};
    }
  }
  return op.what == change_kind::role ? judge_role(log, *whom, static_cast<room_role>(op.value)) : std::nullopt;
}

std::optional<denial> ruling::judge_role(const room& log, const client_key& whom, room_role role) const {
  if (role >= room_role::moderator && !core_.names.has_name(whom))
    return denial{chat::refusal::forbidden, {}, "only who has a name can be that"};
  if (role == room_role::owner && log.rules().owner() != whom && !core_.may_own_another(whom))
    return denial{chat::refusal::room_full, {}, "they own too many rooms"};
  return std::nullopt;
}

std::vector<right_record> ruling::rights_after(const room& log, const chat::change& op, const client_key& whom,
                                               proto::wall_time wall) {
  right after = log.rules().of(whom);
  std::vector<right_record> changed;
  switch (op.what) {
    case change_kind::role:
      after.role = static_cast<room_role>(op.value);
      // There is one owner: whoever gives the room away helps to rule it.
      if (after.role == room_role::owner && log.rules().owner()) {
        right former = log.rules().of(*log.rules().owner());
        former.role = room_role::moderator;
        changed.push_back({*log.rules().owner(), former});
      }
      break;
    case change_kind::kick:
      // Or it would have no effect: members may read.
      if (log.rules().kind() == room_kind::invite_only) after.role = room_role::none;
      break;
    case change_kind::ban:
      after.role = room_role::none;
      after.banned_until = end_of(op.value, wall);
      break;
    case change_kind::mute:
      after.muted_until = end_of(op.value, wall);
      break;
    case change_kind::unban:
      after.banned_until = {};
      break;
    case change_kind::unmute:
      after.muted_until = {};
      break;
    default:
      break;
  }
  if (after != log.rules().of(whom)) changed.push_back({whom, after});
  return changed;
}

void ruling::apply(room& log, room_kind kind, const std::string& topic, const std::vector<right_record>& rights) {
  const auto owner = log.rules().owner();
  log.rules().set_kind(kind);
  log.rules().set_topic(topic);
  for (const right_record& each : rights) log.rules().set(each);
  core_.rooms.on_owner(owner, log.rules().owner());
}

void ruling::on_result(const rules_result& result, proto::time_point now) {
  const auto found = pending_.find(result.tag);
  if (found == pending_.end()) return;
  const pending done = std::move(found->second);
  pending_.erase(found);
  room& log = *core_.rooms.find(done.log);
  log.set_changing(false);
  peer* from = core_.peers.find(done.from.peer);
  if (from != nullptr) {
    --from->pending;
    core_.resume_if_space(*from);
  }
  if (result.stored) {
    core_.on_stored(log);
    if (done.makes_live) log.rules().set_live();
    tell(log, done);
    enforce(log, done, now);
  } else {
    apply(log, done.kind, done.topic, done.rights);
    if (from != nullptr) {
      fail(*from, done.from.lane, done.told.request,
           {chat::refusal::disk_full, busy_retry_after, "the relay could not write to its disk"});
    }
  }
  core_.rooms.release(done.log);
}

void ruling::tell(room& log, const pending& done) {
  if (const auto [to, bound] = core_.find(done.from); bound != nullptr) core_.reply(*to, done.from.lane, done.told);
  if (log.readers().size() > core_.limits.presence_members_max) return;
  chat::changed news = done.told;
  news.request = 0;
  const payload encoded = core::encode(news);
  for (const lane_of_peer& reader : log.readers()) {
    if (reader == done.from) continue;
    peer& to = *core_.peers.find(reader.peer);
    if (to.replies_bytes < core_.limits.peer_replies_bytes_max) core_.out.reply(to, reader.lane, encoded);
  }
}

void ruling::enforce(room& log, const pending& done, proto::time_point now) {
  const bool is_kick = done.told.what == change_kind::kick;
  const auto readers = log.readers();  // those who go are taken out of it
  for (const lane_of_peer& reader : readers) {
    const peer& who = *core_.peers.find(reader.peer);
    if (is_kick && who.key == done.told.who) {
      expel_reader(reader, {chat::refusal::forbidden, {}, "you were kicked out"}, now);
    } else if (authorize(core_.subject_of(who), deed::read, log, done.asked_at) != permit::granted) {
      expel_reader(reader, core::denial_of(permit::absent), now);
    }
  }
}

void ruling::expel_reader(const lane_of_peer& reader, const denial& why, proto::time_point now) {
  const auto [who, bound] = core_.find(reader);
  readers_.on_leave(*who, reader.lane, *bound);
  people_.on_leave(*who, *bound, now);
  fail(*who, reader.lane, 0, why);
}

void ruling::fail(peer& to, proto::lane_id lane, std::uint64_t request, const denial& why) {
  core_.reply(to, lane, chat::failed{request, why.reason, why.retry_after, std::string{why.text}});
}

}  // namespace tern::relay
