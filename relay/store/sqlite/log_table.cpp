#include "relay/store/sqlite/log_table.hpp"

namespace tern::relay::sqlite {
namespace {

log_record record_of(const cursor& at) {
  log_record found;
  found.state.number = log_number{at.number(0)};
  found.state.key = {static_cast<log_kind>(at.integer(1)), std::string{at.text(2)}};
  at.copy(3, found.state.id);
  found.state.first = log_position{at.number(4)};
  found.state.head = log_position{at.number(5)};
  found.bytes = at.number(6);
  at.copy(7, found.base_chain);
  at.copy(8, found.head_chain);
  found.state.head_chain = tag_of(found.head_chain);
  return found;
}

}  // namespace

log_table::log_table(database& data)
    : find_{data,
            "SELECT number, kind, name, id, first, head, bytes, base_chain, head_chain FROM logs "
            "WHERE number = ?"},
      after_{data,
             "SELECT number, kind, name, id, first, head, bytes, base_chain, head_chain FROM logs "
             "WHERE number > ? ORDER BY number LIMIT 1"},
      put_{data,
           "INSERT INTO logs(number, kind, name, id, first, head, bytes, base_chain, head_chain) "
           "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(number) DO UPDATE SET first = excluded.first, "
           "head = excluded.head, bytes = excluded.bytes, base_chain = excluded.base_chain, "
           "head_chain = excluded.head_chain"} {}

std::optional<log_record> log_table::find(log_number number) { return take(find_.query(number.value)); }

std::optional<log_record> log_table::after(log_number number) { return take(after_.query(number.value)); }

void log_table::put(const log_record& changed) {
  const log_state& state = changed.state;
  put_.execute(state.number.value, std::uint64_t{static_cast<std::uint8_t>(state.key.kind)},
               proto::as_bytes(state.key.name), state.id, state.first.value, state.head.value, changed.bytes,
               changed.base_chain, changed.head_chain);
}

std::optional<log_record> log_table::take(cursor&& found) {
  if (!found.next()) return std::nullopt;
  return record_of(found);
}

}  // namespace tern::relay::sqlite
