#include "relay/store/sqlite/rule_table.hpp"

#include <map>

namespace tern::relay::sqlite {

rule_table::rule_table(database& data)
    : put_rules_{data, "INSERT OR REPLACE INTO rules(log, kind, topic, live) VALUES(?, ?, ?, ?)"},
      put_right_{data,
                 "INSERT OR REPLACE INTO rights(log, key, role, banned_until, muted_until) VALUES(?, ?, ?, ?, ?)"},
      erase_right_{data, "DELETE FROM rights WHERE log = ? AND key = ?"},
      all_rules_{data, "SELECT log, kind, topic, live FROM rules"},
      all_rights_{data, "SELECT log, key, role, banned_until, muted_until FROM rights ORDER BY log, key"} {}

void rule_table::put(log_number log, room_kind kind, const std::string& topic, bool live) {
  put_rules_.execute(log.value, std::uint64_t{static_cast<std::uint8_t>(kind)}, topic, std::uint64_t{live});
}

void rule_table::put(log_number log, const right_record& changed) {
  if (changed.has == right{}) return erase_right_.execute(log.value, changed.key);
  put_right_.execute(log.value, changed.key, std::uint64_t{static_cast<std::uint8_t>(changed.has.role)},
                     changed.has.banned_until, changed.has.muted_until);
}

std::vector<rules_record> rule_table::all() {
  std::map<log_number, room_rules> found;
  cursor rules = all_rules_.query();
  while (rules.next()) {
    room_rules& into = found[log_number{rules.number(0)}];
    into.kind = static_cast<room_kind>(rules.integer(1));
    into.topic = rules.text(2);
    into.live = rules.integer(3) != 0;
  }
  cursor rights = all_rights_.query();
  while (rights.next()) {
    right_record& next = found[log_number{rights.number(0)}].rights.emplace_back();
    rights.copy(1, next.key);
    next.has = {static_cast<room_role>(rights.integer(2)), rights.time(3), rights.time(4)};
  }
  std::vector<rules_record> records;
  records.reserve(found.size());
  for (auto& [log, rules_of_log] : found) records.push_back({log, std::move(rules_of_log)});
  return records;
}

}  // namespace tern::relay::sqlite
