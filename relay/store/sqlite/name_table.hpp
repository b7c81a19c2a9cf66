// The table of names: one name a key, one key a name.
#pragma once

#include "relay/store/sqlite/statement.hpp"
#include "relay/store/types.hpp"

#include <vector>

namespace tern::relay::sqlite {

class name_table {
 public:
  explicit name_table(database& data);
  // Takes the name from whoever had it, and from the key the name it had.
  void claim(const name_request& request);
  std::vector<name_record> all();

 private:
  statement release_;
  statement claim_;
  statement all_;
};

}  // namespace tern::relay::sqlite
