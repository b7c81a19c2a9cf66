// The table of logs: what each is, where it begins and ends.
#pragma once

#include "relay/store/row_chain.hpp"
#include "relay/store/sqlite/statement.hpp"

#include <optional>
#include <vector>

namespace tern::relay::sqlite {

struct log_record {
  log_state state;
  std::uint64_t bytes = 0;  // of the bodies that are stored
  chain_hash base_chain{};
  chain_hash head_chain{};
};

class log_table {
 public:
  explicit log_table(database& data);

  std::optional<log_record> find(log_number number);
  // The log with the least number above this one.
  std::optional<log_record> after(log_number number);
  void put(const log_record& changed);

 private:
  static std::optional<log_record> take(cursor&& found);

  statement find_;
  statement after_;
  statement put_;
};

}  // namespace tern::relay::sqlite
