#include "relay/store/sqlite/log_space.hpp"

#include <algorithm>

namespace tern::relay::sqlite {
namespace {

std::uint64_t rows_of(const log_record& log) { return log.state.head.next().since(log.state.first); }

bool is_inbox(const log_record& log) { return log.state.key.kind == log_kind::inbox; }

}  // namespace

void drop_oldest(tables& data, log_record& from, const row_table::outline& oldest) {
  const log_number log = from.state.number;
  data.rows.erase(log, from.state.first);
  from.base_chain = oldest.chain;
  from.bytes -= std::min(from.bytes, oldest.body_size);
  if (is_inbox(from) && oldest.kind != let_go_kind)
    data.pairs.remove(log, oldest.sender, oldest.position, oldest.body_size);
  if (old_stretch* const old = data.old.find(log)) old->on_dropped(oldest.position, oldest.body_size);
  from.state.first = from.state.first.next();
}

bool log_space::can_take(const log_record& into, const append_request& request) {
  return into.state.head != position_max && can_make_room(into, request) &&
         (!is_inbox(into) || can_make_pair_room(request));
}

bool log_space::can_make_room(const log_record& into, const append_request& request) {
  const std::uint64_t size = request.body.size();
  if (size > keep_.bytes_max) return false;
  if (keep_.has_room(rows_of(into), into.bytes, size)) return true;
  old_stretch& old = tables_.old.of(into.state.number, into.state.first);
  // The clock may have been set back since it was walked.
  if (!keep_.may_make_room(old.newest, request.commit_time)) old = {.end = into.state.first};
  while (!keep_.has_room(rows_of(into) - old.rows, into.bytes - old.bytes, size)) {
    const auto next = tables_.rows.outline_of(into.state.number, old.end);
    if (!next || !keep_.may_make_room(next->commit_time, request.commit_time)) return false;
    old.add(next->body_size, next->commit_time);
  }
  return true;
}

bool log_space::can_make_pair_room(const append_request& request) {
  const std::uint64_t size = request.body.size();
  if (size > keep_.pair_bytes_max) return false;
  const auto has = tables_.pairs.find(request.log, request.sender);
  if (keep_.has_pair_room(has.rows, has.bytes, size)) return true;
  const auto old = tables_.pairs.before(has, keep_.protected_since(request.commit_time));
  return keep_.has_pair_room(has.rows - old.rows, has.bytes - old.bytes, size);
}

void log_space::make_room(log_record& into, const append_request& request) {
  // The sender's own go first: perhaps nobody else's have to.
  if (is_inbox(into)) make_pair_room(into, request);
  while (!keep_.has_room(rows_of(into), into.bytes, request.body.size()))
    drop_oldest(tables_, into, tables_.rows.outline_of(into.state.number, into.state.first).value());
}

void log_space::make_pair_room(log_record& into, const append_request& request) {
  const auto old_before = keep_.protected_since(request.commit_time);
  for (;;) {
    const auto has = tables_.pairs.find(request.log, request.sender);
    if (keep_.has_pair_room(has.rows, has.bytes, request.body.size())) return;
    let_go(into, request.sender, tables_.pairs.first_before(has, old_before).value());
  }
}

void log_space::let_go(log_record& from, const client_key& sender, const pair_table::held_row& which) {
  const log_number log = from.state.number;
  tables_.rows.let_go(log, which.position);
  tables_.pairs.remove(log, sender, which.position, which.body_size);
  if (old_stretch* const old = tables_.old.find(log)) old->on_emptied(which.position, which.body_size);
  from.bytes -= std::min(from.bytes, which.body_size);
}

}  // namespace tern::relay::sqlite
