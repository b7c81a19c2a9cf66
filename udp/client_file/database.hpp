// One SQLite connection to a file that other processes use at the same time, and prepared
// statements on it. Throws file_error. Used by one thread at a time.
#pragma once

#include "proto/bytes.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tern::udp {

// What SQLite or the system could not do, in words.
class file_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Says also what can be done. Nothing is ever made good by itself: what is undecided may be in there.
[[noreturn]] void fail_damaged(const std::string& how);

class database {
 public:
  // Opens or makes the file. `vfs`: the name of a registered one, empty for the default.
  // A call waits up to `patience` for other processes, and not at all once `is_hurried`.
  database(const std::string& path, const std::string& vfs, std::chrono::milliseconds patience,
           const std::atomic<bool>& is_hurried);

  void execute(const char* sql);
  std::int64_t number_of(const char* sql);
  [[noreturn]] void fail() const;
  sqlite3* handle() const { return handle_.get(); }

 private:
  static int wait(void* self, int tries);

  struct closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, closer> handle_;
  std::chrono::milliseconds patience_;
  const std::atomic<bool>& is_hurried_;
};

// Takes the right to write at once, so that what is read in it stays true. Rolls back unless
// committed.
class transaction {
 public:
  explicit transaction(database& of) : of_(of) { of_.execute("BEGIN IMMEDIATE"); }
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction() {
    if (sqlite3_get_autocommit(of_.handle()) == 0) sqlite3_exec(of_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  void commit() { of_.execute("COMMIT"); }

 private:
  database& of_;
};

// A statement; parameters are bound by position, and have to stay until it has run.
class query {
 public:
  query(database& of, const char* sql);

  template <class... Values>
  query& with(const Values&... values) {
    int place = 0;
    (bind(++place, values), ...);
    return *this;
  }
  // The next row.
  bool next();
  // To the end.
  void run() {
    while (next()) {
    }
  }

  // Of the current row.
  std::int64_t number(int column) const { return sqlite3_column_int64(prepared_.get(), column); }
  // Lives until next().
  proto::byte_view octets(int column) const;
  // Throws where the stored value has another size.
  template <std::size_t Size>
  proto::byte_array<Size> array(int column) const {
    proto::byte_array<Size> result{};
    copy(column, result);
    return result;
  }

 private:
  struct finalizer {
    void operator()(sqlite3_stmt* prepared) const { sqlite3_finalize(prepared); }
  };
  void bind(int place, std::int64_t value);
  void bind(int place, std::uint64_t value) { bind(place, static_cast<std::int64_t>(value)); }
  void bind(int place, proto::byte_view value);
  void copy(int column, std::span<std::uint8_t> into) const;
  void check(int code) const;

  database& of_;
  std::unique_ptr<sqlite3_stmt, finalizer> prepared_;
};

}  // namespace tern::udp
