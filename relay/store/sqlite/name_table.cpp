#include "relay/store/sqlite/name_table.hpp"

namespace tern::relay::sqlite {

name_table::name_table(database& data)
    : release_{data, "DELETE FROM names WHERE name = ? OR key = ?"},
      claim_{data, "INSERT INTO names(name, key, last_seen) VALUES(?, ?, ?)"},
      see_{data, "UPDATE names SET last_seen = ? WHERE name = ? AND key = ?"},
      all_{data, "SELECT name, key, last_seen FROM names ORDER BY name"} {}

void name_table::apply(const name_request& request) {
  if (request.seen_again) return see_.execute(request.time, request.name, request.key);
  release_.execute(request.name, request.key);
  claim_.execute(request.name, request.key, request.time);
}

std::vector<name_record> name_table::all() {
  std::vector<name_record> records;
  cursor at = all_.query();
  while (at.next()) {
    name_record& next = records.emplace_back();
    next.name = at.text(0);
    at.copy(1, next.key);
    next.last_seen = at.time(2);
  }
  return records;
}

}  // namespace tern::relay::sqlite
