#include "relay/store/sqlite/online_copy.hpp"

#include "relay/store/sqlite/failure.hpp"

#include <algorithm>

namespace tern::relay::sqlite {
namespace {

// 256 KiB: well below a millisecond of reading what is cached and writing it to a cache.
constexpr int pages_min = 64;
constexpr int pages_max = 1 << 16;

// Nobody has the copy before it is whole, so it needs neither a journal nor syncs; and a
// small cache, so that the last step has little left to write.
database make_copy(const std::string& path) {
  database copy{path, ""};
  copy.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1024");
  return copy;
}

}  // namespace

online_copy::online_copy(database& from, const std::string& to)
    : copy_{make_copy(to)},
      running_{sqlite3_backup_init(copy_.handle(), "main", from.handle(), "main")},
      pages_in_step_{pages_min} {
  if (!running_) copy_.fail(sqlite3_errcode(copy_.handle()));
}

tl::expected<bool, std::string> online_copy::step() {
  const int code = sqlite3_backup_step(running_.get(), pages_in_step_);
  if (code != SQLITE_OK && code != SQLITE_DONE) return tl::unexpected{std::string{sqlite3_errstr(code)}};
  // Where the log grows faster than it is copied, the copy would never end.
  const int left = sqlite3_backup_remaining(running_.get());
  pages_in_step_ = left >= left_ ? std::min(pages_in_step_ * 2, pages_max) : pages_min;
  left_ = left;
  if (code == SQLITE_OK) return false;
  running_.reset();
  return true;
}

}  // namespace tern::relay::sqlite
