// The tables, and how an older file becomes one of this version.
#pragma once

#include "relay/store/sqlite/database.hpp"

namespace tern::relay::sqlite {

// "tern" in ASCII: what `file` shows, and what tells a relay's data from another program's.
inline constexpr std::int64_t application_id = 0x7465726e;

int newest_schema();
// Throws on a file of another program or of a newer relay.
void expect_ours(database& data);
// Brings the file to the newest schema, in one transaction. Throws on a file of another
// program or of a newer relay.
void migrate(database& data);

}  // namespace tern::relay::sqlite
