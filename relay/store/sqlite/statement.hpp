// A prepared statement and its use. Parameters are bound by position; what they refer
// to must stay until the use has ended.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"
#include "relay/store/sqlite/database.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <sqlite3.h>
#include <string>
#include <string_view>

namespace tern::relay::sqlite {

// Running through the result of a statement; resets it at the end. One at a time for
// each statement.
class cursor {
 public:
  explicit cursor(database& from, sqlite3_stmt* running) : database_{from}, running_{running} {}
  cursor(const cursor&) = delete;
  cursor& operator=(const cursor&) = delete;
  ~cursor() { sqlite3_reset(running_); }

  bool next();
  // Of the current row; views live until the next call of next().
  std::int64_t integer(int column) const { return sqlite3_column_int64(running_, column); }
  std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  proto::wall_time time(int column) const { return proto::wall_time{std::chrono::milliseconds{integer(column)}}; }
  proto::byte_view octets(int column) const;
  std::string_view text(int column) const { return proto::as_text(octets(column)); }
  // Throws where the stored value has another size.
  void copy(int column, std::span<std::uint8_t> into) const;

 private:
  database& database_;
  sqlite3_stmt* running_;
};

class statement {
 public:
  // `of` outlives the statement.
  statement(database& of, std::string_view sql);

  template <class... Values>
  cursor query(const Values&... values) {
    int column = 0;
    (bind(++column, values), ...);
    return cursor{database_, prepared_.get()};
  }
  template <class... Values>
  void execute(const Values&... values) {
    query(values...).next();
  }

 private:
  struct finalizer {
    void operator()(sqlite3_stmt* prepared) const { sqlite3_finalize(prepared); }
  };
  void bind(int column, std::int64_t value);
  void bind(int column, std::uint64_t value) { bind(column, static_cast<std::int64_t>(value)); }
  void bind(int column, proto::wall_time value) { bind(column, std::int64_t{value.time_since_epoch().count()}); }
  void bind(int column, proto::byte_view value);
  void bind(int column, std::string_view value);
  void bind(int column, const std::string& value) { bind(column, std::string_view{value}); }
  void bind(int column, const proto::bytes& value) { bind(column, proto::byte_view{value}); }
  template <std::size_t Size>
  void bind(int column, const proto::byte_array<Size>& value) {
    bind(column, proto::byte_view{value});
  }

  database& database_;
  std::unique_ptr<sqlite3_stmt, finalizer> prepared_;
};

}  // namespace tern::relay::sqlite
