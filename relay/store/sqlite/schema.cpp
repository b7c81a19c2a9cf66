#include "relay/store/sqlite/schema.hpp"

#include "relay/store/sqlite/failure.hpp"

#include <array>
#include <string>

namespace tern::relay::sqlite {
namespace {

// Steps are only ever added: the one at index n leads from version n to n + 1.
//
// rows.id is the log's number and the position in one integer (row_table.hpp), so that
// a log is a stretch of one B-tree and an append goes to the end of its stretch.
// logs.base_chain is the chain before the first row still stored.
// outboxes and decisions are the idempotency records; history is pruned without them.
constexpr std::array steps{
    R"sql(
CREATE TABLE logs(
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  name BLOB NOT NULL,
  id BLOB NOT NULL,
  first INTEGER NOT NULL,
  head INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  base_chain BLOB NOT NULL,
  head_chain BLOB NOT NULL,
  UNIQUE(kind, name)
) STRICT;
CREATE TABLE rows(
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  sender BLOB NOT NULL,
  sender_name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  body BLOB NOT NULL,
  chain BLOB NOT NULL
) STRICT;
CREATE TABLE outboxes(
  number INTEGER PRIMARY KEY,
  sender BLOB NOT NULL,
  outbox BLOB NOT NULL,
  floor INTEGER NOT NULL,
  last_use INTEGER NOT NULL,
  UNIQUE(sender, outbox)
) STRICT;
CREATE INDEX outboxes_by_last_use ON outboxes(last_use);
CREATE TABLE decisions(
  outbox INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  hash BLOB NOT NULL,
  position INTEGER NOT NULL,
  time INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY(outbox, counter)
) STRICT, WITHOUT ROWID;
CREATE TABLE names(
  name TEXT PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    // What is overtaken is not stored (store.hpp). Decisions of before count for no log.
    R"sql(
ALTER TABLE decisions ADD COLUMN log INTEGER NOT NULL DEFAULT 0;
)sql",
    // Without a row in rules a room is open and has no topic.
    R"sql(
CREATE TABLE rules(
  log INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  topic TEXT NOT NULL
) STRICT;
CREATE TABLE rights(
  log INTEGER NOT NULL,
  key BLOB NOT NULL,
  role INTEGER NOT NULL,
  banned_until INTEGER NOT NULL,
  muted_until INTEGER NOT NULL,
  PRIMARY KEY(log, key)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
ALTER TABLE rules ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
)sql",
    // Of inboxes only: what each sender has there, without what was let go (rows.kind 2).
    R"sql(
CREATE TABLE pairs(
  number INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  sender BLOB NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  UNIQUE(log, sender)
) STRICT;
CREATE TABLE pair_rows(
  pair INTEGER NOT NULL,
  position INTEGER NOT NULL,
  time INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY(pair, position)
) STRICT, WITHOUT ROWID;
INSERT INTO pairs(log, sender, rows, bytes)
  SELECT logs.number, rows.sender, count(*), sum(length(rows.body))
  FROM logs CROSS JOIN rows ON rows.id BETWEEN logs.number << 36 AND (logs.number + 1 << 36) - 1
  WHERE logs.kind = 1 AND rows.kind < 2 GROUP BY logs.number, rows.sender;
INSERT INTO pair_rows(pair, position, time, bytes)
  SELECT pairs.number, rows.id - (logs.number << 36), rows.time, length(rows.body)
  FROM logs CROSS JOIN rows ON rows.id BETWEEN logs.number << 36 AND (logs.number + 1 << 36) - 1
  CROSS JOIN pairs ON pairs.log = logs.number AND pairs.sender = rows.sender
  WHERE logs.kind = 1 AND rows.kind < 2;
)sql",
};

void refuse(const std::string& why) { throw failure{SQLITE_NOTADB, 0, why}; }

}  // namespace

int newest_schema() { return static_cast<int>(steps.size()); }

void expect_ours(database& data) {
  if (data.number_of("PRAGMA application_id") != application_id) refuse("the file belongs to another program");
  if (data.number_of("PRAGMA user_version") > newest_schema()) refuse("the data was written by a newer tern-relay");
}

void migrate(database& data) {
  const bool is_new = data.number_of("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_new || data.number_of("PRAGMA application_id") != 0) expect_ours(data);
  const std::int64_t version = data.number_of("PRAGMA user_version");
  if (version == newest_schema()) return;
  transaction all{data};
  for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) data.execute(steps[step]);
  data.execute("PRAGMA application_id = " + std::to_string(application_id));
  data.execute("PRAGMA user_version = " + std::to_string(newest_schema()));
  all.commit();
}

}  // namespace tern::relay::sqlite
