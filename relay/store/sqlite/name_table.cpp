#include "relay/store/sqlite/name_table.hpp"

namespace tern::relay::sqlite {

name_table::name_table(database& data)
    : release_{data, "DELETE FROM names WHERE name = ? OR key = ?"},
      claim_{data, "INSERT INTO names(name, key, last_seen) VALUES(?, ?, ?)"},
      all_{data, "SELECT name, key FROM names ORDER BY name"} {}

void name_table::claim(const name_request& request) {
  release_.execute(request.name, request.key);
  claim_.execute(request.name, request.key, std::int64_t{request.time.time_since_epoch().count()});
}

std::vector<name_record> name_table::all() {
  std::vector<name_record> records;
  cursor at = all_.query();
  while (at.next()) {
    name_record& next = records.emplace_back();
    next.name = at.text(0);
    at.copy(1, next.key);
  }
  return records;
}

}  // namespace tern::relay::sqlite
