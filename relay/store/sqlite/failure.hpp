// What SQLite could not do. Thrown inside the SQLite store, never out of it.
#pragma once

#include <sqlite3.h>
#include <stdexcept>
#include <string>

namespace tern::relay::sqlite {

class failure : public std::runtime_error {
 public:
  failure(int code, int system_error, const std::string& what)
      : std::runtime_error{what}, code_{code}, system_error_{system_error} {}

  int code() const { return code_; }  // extended
  bool is_busy() const { return primary() == SQLITE_BUSY || primary() == SQLITE_LOCKED; }
  // Nothing is wrong but the lack of space: worth trying again.
  bool is_disk_full() const;

 private:
  int primary() const { return code_ & 0xff; }

  int code_;
  int system_error_;
};

}  // namespace tern::relay::sqlite
