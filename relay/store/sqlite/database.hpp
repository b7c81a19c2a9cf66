// One SQLite connection. Owns the handle, turns result codes into failures. To be used
// by one thread at a time, which may change when another takes over the whole of it.
#pragma once

#include <cstdint>
#include <memory>
#include <sqlite3.h>
#include <string>

namespace tern::relay::sqlite {

class database {
 public:
  // Opens or makes the file. `vfs`: the name of a registered one, empty for the default.
  database(const std::string& path, const std::string& vfs);
  // A file that nobody writes to, together with a write-ahead log that was left beside it.
  // Neither is changed, and nothing is made beside them. Throws where it is not there,
  // or where another process has it open.
  static database open_read_only(const std::string& path);

  void execute(const std::string& sql);
  // The first column of the first row; empty if there is none.
  std::string value_of(const std::string& sql);
  std::int64_t number_of(const std::string& sql) { return std::stoll(value_of(sql)); }

  // Pages in the write-ahead log as of the last commit.
  int journal_pages() const { return *journal_pages_; }
  // Closing will not fold the write-ahead log in.
  void leave_journal();
  // Folds the write-ahead log into the database. `truncate`: all of it, or a failure.
  void checkpoint(bool truncate);

  bool is_in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  // Throws what went wrong last.
  [[noreturn]] void fail(int code) const;
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  database(const std::string& path, int flags, const char* vfs);

  std::unique_ptr<sqlite3, closer> handle_;
  std::unique_ptr<int> journal_pages_ = std::make_unique<int>(0);  // its address is known to the hook
};

// Rolls back unless committed.
class transaction {
 public:
  explicit transaction(database& of) : database_{of} { database_.execute("BEGIN IMMEDIATE"); }
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();
  void commit() { database_.execute("COMMIT"); }

 private:
  database& database_;
};

}  // namespace tern::relay::sqlite
