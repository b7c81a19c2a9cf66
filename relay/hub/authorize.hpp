// The one place that says who may do what with a log (relay.md, section 2). The hub asks
// it where it gives a request its place among all others, so what is decided is what is
// committed.
#pragma once

#include "relay/hub/room.hpp"

namespace tern::relay {

enum class deed : std::uint8_t {
  see,  // that it exists
  read,
  say,
  set_topic,
  set_kind,
  enroll,   // make someone a member, or none any more
  appoint,  // make someone moderator or owner, or none any more
  kick,
  ban,
  mute,
};

enum class standing : std::uint8_t {
  named,  // has claimed a name
  guest,  // proved a key
  text,   // proved nothing: somebody at the text gateway
};

struct subject {
  client_key key{};
  standing is = standing::guest;
};

// `absent`: what is there must look to this one as if it were not.
enum class permit : std::uint8_t { granted, forbidden, absent };

// `whom`: on whom it would be done; null where it is done on nobody.
permit authorize(const subject& who, deed what, const room& log, proto::wall_time now,
                 const client_key* whom = nullptr);

// Without a name nobody rules; without a key nobody is anything.
room_role effective_role(const subject& who, const room& log);

}  // namespace tern::relay
