#include "udp/client_file/database.hpp"

#include <algorithm>
#include <thread>

namespace tern::udp {

namespace {
constexpr std::chrono::milliseconds retry_pause{2};
}

database::database(const std::string& path, const std::string& vfs, std::chrono::milliseconds patience,
                   const std::atomic<bool>& is_hurried)
    : patience_(patience), is_hurried_(is_hurried) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  handle_.reset(handle);
  if (code != SQLITE_OK) fail();
  sqlite3_busy_handler(handle, wait, this);
}

// The right to write goes to whoever asks when it is free, so: often.
int database::wait(void* self, int tries) {
  const auto& own = *static_cast<const database*>(self);
  if (own.is_hurried_ || tries * retry_pause > own.patience_) return 0;
  std::this_thread::sleep_for(retry_pause);
  return 1;
}

void database::execute(const char* sql) {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t database::number_of(const char* sql) {
  query asked(*this, sql);
  return asked.next() ? asked.number(0) : 0;
}

void database::fail() const {
  if (!handle_) throw file_error("out of memory");
  const int code = sqlite3_errcode(handle());
  if (code == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT) fail_damaged(sqlite3_errmsg(handle()));
  throw file_error(sqlite3_errmsg(handle()));
}

void fail_damaged(const std::string& how) {
  throw file_error(how + " (it is damaged; where it is moved away a new one is made)");
}

query::query(database& of, const char* sql) : of_(of) {
  sqlite3_stmt* prepared = nullptr;
  check(sqlite3_prepare_v2(of.handle(), sql, -1, &prepared, nullptr));
  prepared_.reset(prepared);
}

bool query::next() {
  const int code = sqlite3_step(prepared_.get());
  if (code == SQLITE_ROW) return true;
  const int end = sqlite3_reset(prepared_.get());
  if (code != SQLITE_DONE) check(end);
  return false;
}

proto::byte_view query::octets(int column) const {
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared_.get(), column));
  return {static_cast<const std::uint8_t*>(sqlite3_column_blob(prepared_.get(), column)), size};
}

void query::copy(int column, std::span<std::uint8_t> into) const {
  const auto stored = octets(column);
  if (stored.size() != into.size()) fail_damaged("a value is of the wrong size");
  std::ranges::copy(stored, into.begin());
}

void query::bind(int place, std::int64_t value) { check(sqlite3_bind_int64(prepared_.get(), place, value)); }

void query::bind(int place, proto::byte_view value) {
  // Null would not be an empty value but none.
  const void* data = value.empty() ? "" : static_cast<const void*>(value.data());
  check(sqlite3_bind_blob64(prepared_.get(), place, data, value.size(), SQLITE_STATIC));
}

void query::check(int code) const {
  if (code != SQLITE_OK) of_.fail();
}

}  // namespace tern::udp
