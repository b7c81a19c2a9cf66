// SQLite's online backup, driven by the one connection that the store has: what that
// connection commits between two steps reaches the copy by itself.
#pragma once

#include "relay/store/copying.hpp"
#include "relay/store/sqlite/database.hpp"

#include <memory>

namespace tern::relay::sqlite {

class online_copy final : public copying {
 public:
  // Makes the file `to`, which must not be there. Throws a failure. `from` outlives the copy.
  online_copy(database& from, const std::string& to);

  tl::expected<bool, std::string> step() override;

 private:
  struct finisher {
    void operator()(sqlite3_backup* running) const { sqlite3_backup_finish(running); }
  };

  database copy_;
  std::unique_ptr<sqlite3_backup, finisher> running_;
  int pages_in_step_;
  int left_ = 0;
};

}  // namespace tern::relay::sqlite
