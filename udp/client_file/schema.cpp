#include "udp/client_file/schema.hpp"

namespace tern::udp {

namespace {

constexpr std::int64_t newest = 1;

// The oldest outbox has the least `number`, and none is empty. A message that is here is
// undecided. Times are in milliseconds since the Unix epoch; relay, self, key and the rest as
// in client_store.hpp.
constexpr const char* version_1 = R"(
  CREATE TABLE outboxes (
    number INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    id BLOB NOT NULL,
    holder BLOB NOT NULL,
    relay BLOB NOT NULL,
    self BLOB NOT NULL,
    kind INTEGER NOT NULL,
    name BLOB NOT NULL
  ) STRICT;
  CREATE INDEX outboxes_of ON outboxes (relay, self);
  CREATE TABLE messages (
    outbox INTEGER NOT NULL REFERENCES outboxes (number),
    counter INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    said_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (outbox, counter)
  ) STRICT;
  CREATE TABLE places (
    relay BLOB NOT NULL,
    self BLOB NOT NULL,
    kind INTEGER NOT NULL,
    name BLOB NOT NULL,
    log BLOB NOT NULL,
    position INTEGER NOT NULL,
    chain BLOB NOT NULL,
    PRIMARY KEY (relay, self, kind, name)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
)";

// 0: there is nothing yet.
std::int64_t version_of(database& data) {
  const std::int64_t version = data.number_of("PRAGMA user_version");
  if (version > newest) throw file_error("a newer version of tern wrote it");
  return version;
}

}  // namespace

void prepare_client_file(database& data) {
  data.execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON");
  const bool is_made = version_of(data) == newest;
  data.execute("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  if (is_made) return;
  transaction change(data);
  // Another process may have been faster.
  if (version_of(data) == 0) data.execute(version_1);
  change.commit();
}

}  // namespace tern::udp
