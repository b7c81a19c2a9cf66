#include "relay/hub/authorize.hpp"

#include <algorithm>

namespace tern::relay {

namespace {

permit granted_if(bool may) { return may ? permit::granted : permit::forbidden; }

// Everyone may write to a person who has not banned or muted them, and only that person
// reads. A ban from an inbox cannot be told from a mute: people always exist.
permit authorize_inbox(const subject& who, deed what, const room& inbox, const right& has, proto::wall_time now,
                       const client_key* whom) {
  const bool is_owner = proto::as_text(who.key) == inbox.state().key.name && who.is != standing::text;
  switch (what) {
    case deed::see:
      return permit::granted;
    case deed::say:
      return granted_if(has.banned_until <= now && has.muted_until <= now);
    case deed::read:
      return granted_if(is_owner);
    case deed::ban:
    case deed::mute:
      return granted_if(is_owner && whom != nullptr && *whom != who.key);
    default:
      return permit::forbidden;
  }
}

permit authorize_room(const subject& who, deed what, const room& log, const right& has, proto::wall_time now,
                      const client_key* whom) {
  const rulebook& rules = log.rules();
  const room_role role = effective_role(who, log);
  if (has.banned_until > now) return permit::absent;
  if (rules.kind() == room_kind::invite_only && role < room_role::member) return permit::absent;
  const auto outranks = [&] { return whom != nullptr && *whom != who.key && rules.of(*whom).role < role; };
  switch (what) {
    case deed::see:
    case deed::read:
      return permit::granted;
    case deed::say:
      return granted_if(has.muted_until <= now && (rules.kind() != room_kind::moderated || role >= room_role::member));
    case deed::set_topic:
      return granted_if(role >= room_role::moderator);
    case deed::set_kind:
      return granted_if(role == room_role::owner);
    case deed::appoint:
      return granted_if(role == room_role::owner && outranks());
    case deed::enroll:
    case deed::kick:
    case deed::ban:
    case deed::mute:
      return granted_if(role >= room_role::moderator && outranks());
  }
  return permit::forbidden;
}

}  // namespace

room_role effective_role(const subject& who, const room& log) {
  if (who.is == standing::text) return room_role::none;
  const room_role given = log.rules().of(who.key).role;
  return who.is == standing::named ? given : std::min(given, room_role::member);
}

permit authorize(const subject& who, deed what, const room& log, proto::wall_time now, const client_key* whom) {
  const right has = log.rules().of(who.key);
  return log.is_inbox() ? authorize_inbox(who, what, log, has, now, whom)
                        : authorize_room(who, what, log, has, now, whom);
}

}  // namespace tern::relay
