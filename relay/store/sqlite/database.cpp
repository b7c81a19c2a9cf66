#include "relay/store/sqlite/database.hpp"

#include "relay/store/sqlite/failure.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace tern::relay::sqlite {

// SQLite calls only ENOSPC full; a quota or a limit on a file's size is the same to us.
bool failure::is_disk_full() const {
  const bool is_over_quota = system_error_ == EDQUOT || system_error_ == EFBIG;
  return primary() == SQLITE_FULL || (code_ == SQLITE_IOERR_WRITE && is_over_quota);
}

namespace {

constexpr int common_flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

// As the path of a URI: what would end it there is written as %XX.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char letter : std::filesystem::absolute(path).string()) {
    if (letter == '%' || letter == '?' || letter == '#') {
      uri += letter == '%' ? "%25" : letter == '?' ? "%3f" : "%23";
    } else {
      uri += letter;
    }
  }
  return uri;
}

// SQLite locks a file that it uses; asking does not.
bool is_used_by_another_process(const std::string& path) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return false;
  struct ::flock any {};
  any.l_type = F_WRLCK;
  any.l_whence = SEEK_SET;
  const bool is_known = ::fcntl(opened, F_GETLK, &any) == 0;
  ::close(opened);
  return is_known && any.l_type != F_UNLCK;
}

bool has_journal(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path + "-wal", missing);
  return !missing && size > 0;
}

}  // namespace

database::database(const std::string& path, const std::string& vfs)
    : database{path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | common_flags, vfs.empty() ? nullptr : vfs.c_str()} {}

// An immutable file is read without locks, but also without its write-ahead log. Where there
// is one, it is read without locks and with an index of its own, which is in memory because
// the connection is exclusive; and it is not folded in when the connection is closed.
database database::open_read_only(const std::string& path) {
  if (is_used_by_another_process(path)) throw failure{SQLITE_BUSY, 0, "a running process is using it"};
  const bool reads_journal = has_journal(path);
  const std::string uri = uri_of(path) + (reads_journal ? "?vfs=unix-none" : "?immutable=1");
  database opened{uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | common_flags, nullptr};
  opened.leave_journal();
  opened.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
  return opened;
}

database::database(const std::string& path, int flags, const char* vfs) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, vfs);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  // Takes the place of SQLite's automatic checkpoints.
  sqlite3_wal_hook(
      handle,
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      journal_pages_.get());
}

void database::leave_journal() { sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

void database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::string database::value_of(const std::string& sql) {
  std::string value;
  const auto take = [](void* into, int columns, char** values, char**) {
    if (columns > 0 && values[0] != nullptr) *static_cast<std::string*>(into) = values[0];
    return 0;
  };
  const int code = sqlite3_exec(handle(), sql.c_str(), take, &value, nullptr);
  if (code != SQLITE_OK) fail(code);
  return value;
}

void database::checkpoint(bool truncate) {
  const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(handle(), nullptr, mode, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
  *journal_pages_ = 0;
}

void database::fail(int code) const {
  // SQLite itself keeps it where a file cannot be opened, but not where one cannot be written.
  const int system_error = errno;
  throw failure{code, system_error, handle_ ? sqlite3_errmsg(handle()) : sqlite3_errstr(code)};
}

transaction::~transaction() {
  // A failed ROLLBACK leaves a transaction open; the next BEGIN then fails, which is reported.
  if (database_.is_in_transaction()) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace tern::relay::sqlite
