// The table of names: one name a key, one key a name.
#pragma once

#include "relay/store/sqlite/statement.hpp"
#include "relay/store/types.hpp"

#include <vector>

namespace tern::relay::sqlite {

class name_table {
 public:
  explicit name_table(database& data);
  // A claim takes the name from whoever had it, and from the key the name it had.
  void apply(const name_request& request);
  std::vector<name_record> all();

 private:
  statement release_;
  statement claim_;
  statement see_;
  statement all_;
};

}  // namespace tern::relay::sqlite
