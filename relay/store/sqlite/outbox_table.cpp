#include "relay/store/sqlite/outbox_table.hpp"

#include <limits>

namespace tern::relay::sqlite {

namespace {

std::optional<outbox_record> take(cursor&& found) {
  if (!found.next()) return std::nullopt;
  return outbox_record{found.number(0), found.number(1), found.time(2)};
}

}  // namespace

outbox_table::outbox_table(database& data)
    : database_{data},
      find_{data, "SELECT number, floor, last_use FROM outboxes WHERE sender = ? AND outbox = ?"},
      insert_{data, "INSERT INTO outboxes(sender, outbox, floor, last_use) VALUES(?, ?, ?, ?)"},
      update_{data, "UPDATE outboxes SET floor = ?, last_use = ? WHERE number = ?"},
      decision_{data, "SELECT hash, log, position, time, chain FROM decisions WHERE outbox = ? AND counter = ?"},
      later_{data, "SELECT 1 FROM decisions WHERE outbox = ? AND counter > ? AND log = ? LIMIT 1"},
      decide_{data, "INSERT INTO decisions(outbox, counter, hash, log, position, time, chain) VALUES(?,?,?,?,?,?,?)"},
      forget_below_{data, "DELETE FROM decisions WHERE outbox = ? AND counter < ?"},
      longest_unused_{data, "SELECT number, floor, last_use FROM outboxes ORDER BY last_use LIMIT 1"},
      erase_{data, "DELETE FROM outboxes WHERE number = ?"} {}

std::optional<outbox_record> outbox_table::find(const client_key& sender, const outbox_id& outbox) {
  return take(find_.query(sender, outbox));
}

std::uint64_t outbox_table::insert(const client_key& sender, const outbox_id& outbox, const outbox_record& fresh) {
  insert_.execute(sender, outbox, fresh.floor, fresh.last_use);
  return static_cast<std::uint64_t>(sqlite3_last_insert_rowid(database_.handle()));
}

void outbox_table::update(const outbox_record& changed) {
  update_.execute(changed.floor, changed.last_use, changed.number);
  forget_below_.execute(changed.number, changed.floor);
}

std::optional<decision_record> outbox_table::decision(std::uint64_t outbox_number, std::uint64_t counter) {
  cursor found = decision_.query(outbox_number, counter);
  if (!found.next()) return std::nullopt;
  decision_record made;
  found.copy(0, made.hash);
  made.log = log_number{found.number(1)};
  made.position = log_position{found.number(2)};
  made.commit_time = found.time(3);
  found.copy(4, made.chain);
  return made;
}

bool outbox_table::is_overtaken(std::uint64_t outbox_number, std::uint64_t counter, log_number log) {
  return later_.query(outbox_number, counter, log.value).next();
}

void outbox_table::decide(std::uint64_t outbox_number, std::uint64_t counter, const decision_record& made) {
  decide_.execute(outbox_number, counter, made.hash, made.log.value, made.position.value, made.commit_time, made.chain);
}

std::optional<outbox_record> outbox_table::longest_unused() { return take(longest_unused_.query()); }

void outbox_table::erase(std::uint64_t outbox_number) {
  forget_below_.execute(outbox_number, std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  erase_.execute(outbox_number);
}

}  // namespace tern::relay::sqlite
