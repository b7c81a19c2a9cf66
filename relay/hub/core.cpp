#include "relay/hub/core.hpp"

#include <algorithm>

namespace tern::relay {

std::optional<denial> core::gate(const peer& from, deed what, const room& log, proto::time_point now,
                                 proto::wall_time wall, const client_key* whom) {
  denial_count& denials = peers.client_of(from.key).denials;
  const bool may_be_tried = what == deed::say || what == deed::read || log.is_inbox();
  neighbourhood* near_by = neighbours_of(from);
  const auto wait = std::max(denials.wait(now), near_by != nullptr ? near_by->denials.wait(now) : proto::duration{0});
  if (!may_be_tried && wait.count() > 0) {
    ++counters.rights_wait;
    return denial{chat::refusal::rate, std::chrono::ceil<std::chrono::milliseconds>(wait),
                  "too much was refused to this key: wait"};
  }
  const permit verdict = authorize(subject_of(from), what, log, wall, whom);
  if (verdict == permit::granted) return std::nullopt;
  ++counters.forbidden;
  // Early data may be a replay.
  if (!from.provisional) denials.on_denied(limits.key_denials_max, now);
  if (near_by != nullptr) near_by->denials.on_denied(limits.prefix_guest_denials, now);
  return denial_of(verdict);
}

std::optional<denial> core::charge_request(const peer& from, proto::time_point now) {
  rate_limit& own = peers.client_of(from.key).messages;
  neighbourhood* near_by = neighbours_of(from);
  const auto wait =
      std::max(own.wait(1, now), near_by != nullptr ? near_by->messages.wait(1, now) : proto::duration{0});
  if (wait.count() > 0) {
    ++counters.requests_rate;
    return denial{chat::refusal::rate, std::chrono::ceil<std::chrono::milliseconds>(wait),
                  "too many requests and messages in a short time"};
  }
  own.take(1, now);
  if (near_by != nullptr) near_by->messages.take(1, now);
  return std::nullopt;
}

denial core::denial_of(permit verdict) {
  if (verdict == permit::absent) return {chat::refusal::no_such, {}, "there is no such room for you"};
  return {chat::refusal::forbidden, {}, "you may not do that here"};
}

subject core::subject_of(const peer& who) const {
  if (who.is_text) return {who.key, standing::text};
  return {who.key, names.has_name(who.key) ? standing::named : standing::guest};
}

bool core::may_found(const peer& who, const room& log) const {
  return !log.is_stored() && !log.is_inbox() && !log.rules().owner() && log.state().key.name != commons &&
         subject_of(who).is == standing::named;
}

void core::found(const peer& who, room& log) {
  if (!may_found(who, log) || !may_own_another(who.key)) return;
  log.rules().set({who.key, {.role = room_role::owner}});
  rooms.on_owner(std::nullopt, who.key);
}

}  // namespace tern::relay
