#include "relay/store/sqlite/statement.hpp"

#include "relay/store/sqlite/failure.hpp"

#include <algorithm>

namespace tern::relay::sqlite {

bool cursor::next() {
  const int code = sqlite3_step(running_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

proto::byte_view cursor::octets(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(running_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(running_, column))};
}

void cursor::copy(int column, std::span<std::uint8_t> into) const {
  const proto::byte_view stored = octets(column);
  if (stored.size() != into.size()) throw failure{SQLITE_CORRUPT, 0, "a stored value has the wrong size"};
  std::copy(stored.begin(), stored.end(), into.begin());
}

statement::statement(database& of, std::string_view sql) : database_{of} {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(of.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &prepared, nullptr);
  prepared_.reset(prepared);
  if (code != SQLITE_OK) of.fail(code);
}

void statement::bind(int column, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(prepared_.get(), column, value); code != SQLITE_OK) database_.fail(code);
}

void statement::bind(int column, proto::byte_view value) {
  // A null pointer would bind NULL.
  const int code = value.empty()
                       ? sqlite3_bind_zeroblob(prepared_.get(), column, 0)
                       : sqlite3_bind_blob64(prepared_.get(), column, value.data(), value.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) database_.fail(code);
}

void statement::bind(int column, std::string_view value) {
  const char* text = value.empty() ? "" : value.data();
  const int code = sqlite3_bind_text64(prepared_.get(), column, text, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
}

}  // namespace tern::relay::sqlite
