#include "relay/store/sqlite/pair_table.hpp"

namespace tern::relay::sqlite {

pair_table::pair_table(database& data)
    : database_{data},
      find_{data, "SELECT number, rows, bytes FROM pairs WHERE log = ? AND sender = ?"},
      insert_{data, "INSERT INTO pairs(log, sender, rows, bytes) VALUES(?, ?, 0, 0)"},
      grow_{data, "UPDATE pairs SET rows = rows + 1, bytes = bytes + ? WHERE number = ?"},
      shrink_{data, "UPDATE pairs SET rows = rows - 1, bytes = bytes - ? WHERE number = ?"},
      erase_empty_{data, "DELETE FROM pairs WHERE number = ? AND rows = 0"},
      insert_row_{data, "INSERT INTO pair_rows(pair, position, time, bytes) VALUES(?, ?, ?, ?)"},
      erase_row_{data, "DELETE FROM pair_rows WHERE pair = ? AND position = ?"},
      before_{data, "SELECT count(*), coalesce(sum(bytes), 0) FROM pair_rows WHERE pair = ? AND time < ?"},
      first_before_{data,
                    "SELECT position, time, bytes FROM pair_rows WHERE pair = ? AND time < ? "
                    "ORDER BY position LIMIT 1"} {}

pair_table::pair pair_table::find(log_number inbox, const client_key& sender) {
  cursor found = find_.query(inbox.value, sender);
  if (!found.next()) return {};
  return {found.number(0), found.number(1), found.number(2)};
}

std::uint64_t pair_table::insert(log_number inbox, const client_key& sender) {
  insert_.execute(inbox.value, sender);
  return static_cast<std::uint64_t>(sqlite3_last_insert_rowid(database_.handle()));
}

void pair_table::add(log_number inbox, const client_key& sender, const held_row& added) {
  const pair known = find(inbox, sender);
  const std::uint64_t number = known.number != 0 ? known.number : insert(inbox, sender);
  insert_row_.execute(number, added.position.value, added.commit_time, added.body_size);
  grow_.execute(added.body_size, number);
}

void pair_table::remove(log_number inbox, const client_key& sender, log_position position, std::uint64_t body_size) {
  const pair known = find(inbox, sender);
  erase_row_.execute(known.number, position.value);
  shrink_.execute(body_size, known.number);
  erase_empty_.execute(known.number);
}

pair_table::pair pair_table::before(const pair& of, proto::wall_time time) {
  cursor found = before_.query(of.number, time);
  found.next();
  return {of.number, found.number(0), found.number(1)};
}

std::optional<pair_table::held_row> pair_table::first_before(const pair& of, proto::wall_time time) {
  cursor found = first_before_.query(of.number, time);
  if (!found.next()) return std::nullopt;
  return held_row{log_position{found.number(0)}, found.time(1), found.number(2)};
}

}  // namespace tern::relay::sqlite
