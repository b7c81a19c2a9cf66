// What a room can be, and what someone can be there (relay.md, section 2). The numbers are those of the wire and of
// the relay's store.
#pragma once

#include <cstdint>

namespace tern::proto::chat {

enum class room_kind : std::uint8_t {
  open = 0,
  invite_only = 1,  // members read and speak; for others it is not there
  moderated = 2,    // members speak, everyone reads
};

enum class room_role : std::uint8_t { none = 0, member = 1, moderator = 2, owner = 3 };

}  // namespace tern::proto::chat
