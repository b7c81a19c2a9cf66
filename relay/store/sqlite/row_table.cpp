#include "relay/store/sqlite/row_table.hpp"

#include <algorithm>

namespace tern::relay::sqlite {
namespace {

std::uint64_t row_id(log_number log, log_position position) {
  return log.value << position_bits | std::min(position, position_max).value;
}

row row_of(const cursor& at, chain_hash& chain) {
  row found;
  found.position = log_position{at.number(0) & position_max.value};
  found.commit_time = at.time(1);
  at.copy(2, found.sender);
  found.sender_name = at.text(3);
  found.kind = static_cast<std::uint8_t>(at.integer(4));
  const proto::byte_view body = at.octets(5);
  found.body.assign(body.begin(), body.end());
  at.copy(6, chain);
  found.chain = tag_of(chain);
  return found;
}

std::optional<row_table::outline> outline_at(cursor&& at) {
  if (!at.next()) return std::nullopt;
  row_table::outline found;
  found.position = log_position{at.number(0) & position_max.value};
  found.commit_time = at.time(1);
  at.copy(2, found.sender);
  found.kind = static_cast<std::uint8_t>(at.integer(3));
  found.body_size = at.number(4);
  at.copy(5, found.chain);
  return found;
}

}  // namespace

row_table::row_table(database& data)
    : insert_{data, "INSERT INTO rows(id, time, sender, sender_name, kind, body, chain) VALUES(?, ?, ?, ?, ?, ?, ?)"},
      outline_{data, "SELECT id, time, sender, kind, length(body), chain FROM rows WHERE id = ?"},
      let_go_{data, "UPDATE rows SET kind = ?, sender_name = '', body = x'' WHERE id = ?"},
      erase_{data, "DELETE FROM rows WHERE id = ?"},
      read_up_{data,
               "SELECT id, time, sender, sender_name, kind, body, chain FROM rows WHERE id BETWEEN ? AND ? "
               "AND kind <= ? ORDER BY id LIMIT ?"},
      read_down_{data,
                 "SELECT id, time, sender, sender_name, kind, body, chain FROM rows WHERE id BETWEEN ? AND ? "
                 "AND kind <= ? ORDER BY id DESC LIMIT ?"},
      each_{data,
            "SELECT id, time, sender, sender_name, kind, body, chain FROM rows WHERE id BETWEEN ? AND ? "
            "ORDER BY id"},
      count_{data, "SELECT count(*) FROM rows"} {}

void row_table::insert(log_number log, const row& next, const chain_hash& chain) {
  insert_.execute(row_id(log, next.position), next.commit_time, next.sender, next.sender_name, std::uint64_t{next.kind},
                  next.body, chain);
}

std::optional<row_table::outline> row_table::outline_of(log_number log, log_position position) {
  return outline_at(outline_.query(row_id(log, position)));
}

void row_table::let_go(log_number log, log_position position) {
  let_go_.execute(std::uint64_t{let_go_kind}, row_id(log, position));
}

void row_table::erase(log_number log, log_position position) { erase_.execute(row_id(log, position)); }

std::vector<row> row_table::read(const read_request& request) {
  std::vector<row> rows;
  std::uint64_t bytes = 0;
  chain_hash chain;
  statement& direction = request.newest ? read_down_ : read_up_;
  cursor at = direction.query(row_id(request.log, request.from), row_id(request.log, request.to),
                              std::uint64_t{request.with_let_go ? let_go_kind : std::uint8_t{let_go_kind - 1}},
                              std::uint64_t{request.rows_max});
  while (at.next()) {
    bytes += at.octets(5).size();
    if (bytes > request.bytes_max && !rows.empty()) break;
    rows.push_back(row_of(at, chain));
  }
  if (request.newest) std::reverse(rows.begin(), rows.end());
  return rows;
}

void row_table::each(log_number log, const std::function<void(const row&, const chain_hash&)>& visit) {
  chain_hash chain;
  cursor at = each_.query(row_id(log, log_position{0}), row_id(log, position_max));
  while (at.next()) {
    const row found = row_of(at, chain);
    visit(found, chain);
  }
}

std::uint64_t row_table::count() {
  cursor at = count_.query();
  at.next();
  return at.number(0);
}

}  // namespace tern::relay::sqlite
