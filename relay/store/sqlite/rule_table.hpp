// The tables of rules: what each room is, and everyone's place in it.
#pragma once

#include "relay/store/sqlite/statement.hpp"
#include "relay/store/types.hpp"

#include <vector>

namespace tern::relay::sqlite {

class rule_table {
 public:
  explicit rule_table(database& data);
  void put(log_number log, room_kind kind, const std::string& topic, bool live);
  void put(log_number log, const right_record& changed);
  std::vector<rules_record> all();

 private:
  statement put_rules_;
  statement put_right_;
  statement erase_right_;
  statement all_rules_;
  statement all_rights_;
};

}  // namespace tern::relay::sqlite
