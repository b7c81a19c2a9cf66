#include "relay/hub/reading.hpp"

#include "relay/hub/delivering.hpp"

#include <algorithm>
#include <utility>

namespace tern::relay {

namespace {

chat::entry to_entry(const row& stored, std::uint64_t request) {
  return {.position = stored.position,
          .time = stored.commit_time,
          .sender = stored.sender,
          .sender_name = stored.sender_name,
          .kind = static_cast<chat::body_kind>(stored.kind),
          .chain = stored.chain,
          .request = request,
          .body = stored.body};
}

log_position before(log_position position) {
  return log_position{position.value - std::min<std::uint64_t>(position.value, 1)};
}

// The first of the `count` newest positions.
log_position first_of_newest(const room& log, std::uint64_t count) {
  const std::uint64_t after_head = log.head().value + 1;
  return log_position{std::max(log.first().value, after_head - std::min(count, after_head - 1))};
}

}  // namespace

bool reading::needs_store(const room& log, const chat::join& op) {
  if (log.is_live() || log.head().value == 0) return false;
  if (!op.from) return first_of_newest(log, op.backlog_max) <= log.head();
  return *op.from != chat::cursor{log.state().id, log.head(), log.state().head_chain};
}

chat::failed reading::refused(std::uint64_t request, const denial& why) {
  return {request, why.reason, why.retry_after, std::string{why.text}};
}

bool reading::on_join(peer& from, proto::lane_id lane, binding& bound, const chat::join& op, proto::time_point now,
                      proto::wall_time wall) {
  room& log = *core_.rooms.find(bound.log);
  if (const auto why = core_.gate(from, deed::read, log, now, wall)) {
    core_.reply(from, lane, refused(0, *why));
    return false;
  }
  if (needs_store(log, op)) {
    if (const auto why = judge_reads()) {
      core_.reply(from, lane, refused(0, *why));
      return false;
    }
  }
  on_leave(from, lane, bound);
  if (from.joined >= core_.limits.rooms_joined_max || log.readers().size() >= core_.limits.room_members_max) {
    ++core_.counters.members_full;
    core_.reply(from, lane, chat::failed{.reason = chat::refusal::room_full, .text = "no place for a further reader"});
    return false;
  }
  bound.subscription.emplace(log_position{1});
  ++from.joined;
  log.add_reader({from.id, lane});
  if (!log.is_inbox()) {
    const rulebook& rules = log.rules();
    const room_role role = effective_role(core_.subject_of(from), log);
    core_.reply(from, lane, chat::room_state{rules.kind(), role, rules.topic(), rules.is_live()});
  }
  if (const auto next = start_of(from, lane, bound, op)) {
    begin(from, lane, bound, *next);
  }
  return true;
}

std::optional<denial> reading::judge_reads() {
  if (asked_.size() < core_.limits.reads_max) return std::nullopt;
  ++core_.counters.store_behind;
  return denial{chat::refusal::busy, busy_retry_after, "the relay is behind with reading"};
}

std::optional<log_position> reading::start_of(peer& from, proto::lane_id lane, binding& bound, const chat::join& op) {
  const room& log = *core_.rooms.find(bound.log);
  if (log.is_live()) return start_of_live(from, lane, log, op);
  if (!op.from) return first_of_newest(log, op.backlog_max);
  const chat::cursor& cursor = *op.from;
  if (cursor.position.value == 0) return log_position{1};
  if (cursor.log != log.state().id || cursor.position > log.head()) return start_over(from, lane, log, op);
  if (cursor.position == log.head()) {
    return cursor.chain == log.state().head_chain ? cursor.position.next() : start_over(from, lane, log, op);
  }
  const request_tag tag = core_.next_tag();
  bound.subscription->await(tag);
  ++from.reads;
  ask({.tag = tag,
       .log = log.number(),
       .from = cursor.position,
       .to = cursor.position,
       .rows_max = 1,
       .with_let_go = true},
      cursor_check{{from.id, lane}, op});
  return std::nullopt;
}

log_position reading::start_of_live(peer& from, proto::lane_id lane, const room& log, const chat::join& op) {
  if (!op.from) return log.head().next();
  if (op.from->log == log.state().id && op.from->position <= log.head()) return op.from->position.next();
  core_.reply(from, lane, chat::new_epoch{log.state().id, log.head()});
  return log_position{1};
}

void reading::begin(peer& from, proto::lane_id lane, binding& bound, log_position next) {
  bound.subscription->restart(next);
  bound.taken = before(next);
  advance(from, lane, bound);
}

// The log is not the one that the cursor is from: nothing is known to have been seen. What
// was said since this relay started cannot have been: had it been, the cursor would be of this
// log. What the backlog leaves out of the rest is told as a gap, never passed over.
log_position reading::start_over(peer& from, proto::lane_id lane, const room& log, const chat::join& op) {
  core_.reply(from, lane, chat::new_epoch{log.state().id, log.head()});
  const log_position first_said_since = std::max(log.first(), log.began_at().next());
  const log_position next = std::min(first_of_newest(log, op.backlog_max), first_said_since);
  if (next.value > 1) core_.reply(from, lane, chat::gap{.first = log_position{1}, .last = before(next)});
  return next;
}

void reading::on_leave(peer& from, proto::lane_id lane, binding& bound) {
  bound.told_live = false;
  if (bound.subscription) unsubscribe(from, lane, bound);
}

void reading::unsubscribe(peer& from, proto::lane_id lane, binding& bound) {
  core_.out.forget_reader(from, lane);
  if (std::exchange(bound.wants_page, false)) std::erase(from.page_turns, lane);
  from.reader_bytes -= bound.subscription->queued_bytes();
  bound.subscription.reset();
  --from.joined;
  room& log = *core_.rooms.find(bound.log);
  log.remove_reader({from.id, lane});
  if (log.readers().empty()) tail_.drop(log.number());
}

void reading::advance(peer& to, proto::lane_id lane, binding& bound) {
  const room& log = *core_.rooms.find(bound.log);
  reader& source = *bound.subscription;
  if (source.is_live()) return;
  if (!source.is_reading() && source.try_live(log.head())) {
    if (!std::exchange(bound.told_live, true)) {
      push_notice(to, bound,
                  core::encode(chat::live{log.head(), log.state().head_chain, delivering::wants_reports(log)}));
    }
  } else if (!source.is_reading() && !std::exchange(bound.wants_page, true)) {
    to.page_turns.push_back(lane);
    ask_next_page(to);
  }
  core_.out.on_reader_output(to, lane);
}

void reading::ask_next_page(peer& to) {
  const std::uint64_t bytes_max = core_.limits.reader_queue_bytes_max;
  while (!to.page_turns.empty() && !to.is_paging && to.reader_bytes <= bytes_max / 2) {
    const proto::lane_id lane = to.page_turns.front();
    to.page_turns.pop_front();
    binding& bound = to.bindings.at(lane);
    bound.wants_page = false;
    const room& log = *core_.rooms.find(bound.log);
    if (log.is_live()) {
      skip(to, lane, bound);
      continue;
    }
    if (push_from_tail(to, lane, bound)) continue;
    const request_tag tag = core_.next_tag();
    const auto wish = bound.subscription->poll_page(log.head(), tag);
    if (!wish) continue;
    to.is_paging = true;
    ask({.tag = tag,
         .log = log.number(),
         .from = wish->first,
         .to = wish->last,
         .rows_max = static_cast<std::uint32_t>(core_.limits.page_rows_max),
         .bytes_max = bytes_max - to.reader_bytes},
        page{{to.id, lane}});
  }
}

bool reading::push_from_tail(peer& to, proto::lane_id lane, binding& bound) {
  reader& source = *bound.subscription;
  if (source.is_live() || source.is_reading()) return false;
  const auto next_entry = [&] { return tail_.find(bound.log, source.next()); };
  payload entry = next_entry();
  if (!entry) return false;
  // As much as a page of the log, and one entry at least, however large: the other readers of the connection have
  // their turns, and each turn moves somebody on.
  for (std::uint64_t rows = 0; entry && rows < core_.limits.page_rows_max; ++rows, entry = next_entry()) {
    if (rows > 0 && to.reader_bytes + entry->size() > core_.limits.reader_queue_bytes_max) break;
    push(to, bound, source.next(), std::move(entry));
    ++core_.counters.delivered_entries;
    ++core_.counters.tail_entries;
  }
  // What advance() asks for is for the caller's loop, not for one inside it.
  to.is_paging = true;
  advance(to, lane, bound);
  to.is_paging = false;
  return true;
}

void reading::skip(peer& to, proto::lane_id lane, binding& bound) {
  const room& log = *core_.rooms.find(bound.log);
  if (const auto missed = bound.subscription->on_page(log.head().next())) {
    ++core_.counters.live_gaps;
    push_notice(to, bound, core::encode(chat::gap{.first = missed->first, .last = missed->last}));
  }
  advance(to, lane, bound);
}

void reading::push(peer& to, binding& bound, log_position position, payload entry) {
  to.reader_bytes += entry->size();
  bound.subscription->push(position, std::move(entry));
}

void reading::push_notice(peer& to, binding& bound, payload notice) {
  to.reader_bytes += notice->size();
  bound.subscription->push_notice(std::move(notice));
}

void reading::on_commit(room& log, const chat::entry& entry) {
  if (log.readers().empty()) return;
  const payload encoded = core::encode(entry);
  // Who is behind in a live room is told so instead.
  if (!log.is_live()) tail_.append(log.number(), entry.position, encoded);
  bool is_anyone_behind = false;
  for (const auto& [id, lane] : log.readers()) {
    peer& to = *core_.peers.find(id);
    binding& bound = to.bindings.at(lane);
    push_or_fall_behind(to, lane, bound, entry.position, encoded);
    is_anyone_behind |= !bound.subscription->is_live();
  }
  if (!is_anyone_behind) tail_.drop(log.number());
}

void reading::push_or_fall_behind(peer& to, proto::lane_id lane, binding& bound, log_position position,
                                  const payload& entry) {
  if (!bound.subscription->is_live()) return;
  // Empty queues take anything: one message may be as large as all of them.
  if (to.reader_bytes == 0 || to.reader_bytes + entry->size() <= core_.limits.reader_queue_bytes_max) {
    ++core_.counters.delivered_entries;
    push(to, bound, position, entry);
    core_.out.on_reader_output(to, lane);
  } else {
    ++core_.counters.readers_behind;
    bound.subscription->fall_behind();
    advance(to, lane, bound);
  }
}

void reading::on_drained(peer& to) { ask_next_page(to); }

void reading::ask(read_request request, purpose what) {
  asked_.emplace(request.tag, std::move(what));
  core_.want(read{request});
}

void reading::on_rows(const read_result& result) {
  const auto found = asked_.find(result.tag);
  if (found == asked_.end()) return;
  const purpose what = std::move(found->second);
  asked_.erase(found);
  std::visit([&](const auto& known) { on_rows(known, result); }, what);
}

void reading::on_rows(const page& what, const read_result& result) {
  const auto [to, bound] = core_.find(what.to);
  if (to == nullptr) return;
  to->is_paging = false;
  if (bound != nullptr && bound->subscription && bound->subscription->awaits(result.tag))
    on_page(*to, what.to.lane, *bound, result);
  ask_next_page(*to);
}

void reading::on_page(peer& to, proto::lane_id lane, binding& bound, const read_result& result) {
  if (!result.failed) core_.rooms.find(bound.log)->on_pruned(result.first);
  const log_position asked_from = bound.subscription->next();
  push_rows(to, bound, *core_.rooms.find(bound.log), result);
  if (bound.subscription->next() == asked_from) {
    // Damage or a failing disk. Asking again at once would not help: the client may.
    on_leave(to, lane, bound);
    tell_unreadable(to, lane, 0);
    return;
  }
  advance(to, lane, bound);
}

void reading::push_rows(peer& to, binding& bound, const room& log, const read_result& result) {
  reader& source = *bound.subscription;
  const auto tell_gap = [&](const std::optional<position_range>& gap) {
    if (gap) push_notice(to, bound, core::encode(chat::gap{.first = gap->first, .last = gap->last}));
  };
  tell_gap(source.on_page(std::min(result.first, log.head().next())));
  for (const row& stored : result.rows) {
    if (stored.position < source.next()) continue;
    tell_gap(source.on_page(stored.position));
    push(to, bound, stored.position, core::encode(to_entry(stored, 0)));
    ++core_.counters.delivered_entries;
  }
}

void reading::tell_unreadable(peer& to, proto::lane_id lane, std::uint64_t request) {
  ++core_.counters.log_unreadable;
  core_.reply(to, lane, chat::failed{request, chat::refusal::busy, busy_retry_after, "the log could not be read"});
}

void reading::on_rows(const cursor_check& what, const read_result& result) {
  const auto [to, bound] = core_.find(what.to);
  if (to == nullptr) return;
  --to->reads;
  core_.resume_if_space(*to);
  if (bound == nullptr || !bound->subscription || !bound->subscription->awaits(result.tag)) return;
  if (result.failed) {
    on_leave(*to, what.to.lane, *bound);
    tell_unreadable(*to, what.to.lane, 0);
    return;
  }
  const chat::cursor& cursor = *what.op.from;
  // A row that retention has taken proves nothing and disproves nothing.
  const bool is_pruned = result.rows.empty() && result.first > cursor.position;
  const bool matches = !result.rows.empty() && result.rows.front().chain == cursor.chain;
  begin(*to, what.to.lane, *bound,
        matches || is_pruned ? cursor.position.next()
                             : start_over(*to, what.to.lane, *core_.rooms.find(bound->log), what.op));
}

void reading::on_history(peer& from, proto::lane_id lane, binding& bound, const chat::history& op,
                         proto::time_point now, proto::wall_time wall) {
  const room& log = *core_.rooms.find(bound.log);
  if (const auto why = core_.gate(from, deed::read, log, now, wall)) {
    core_.reply(from, lane, refused(op.request, *why));
    return;
  }
  if (log.is_live()) {
    core_.reply(
        from, lane,
        refused(op.request, {chat::refusal::forbidden, {}, "a live room keeps nothing; join it to read along"}));
    return;
  }
  if (const auto why = judge_reads()) {
    core_.reply(from, lane, refused(op.request, *why));
    return;
  }
  const std::uint64_t page_max = core_.limits.page_rows_max;
  read_request wish{
      .tag = core_.next_tag(),
      .log = log.number(),
      .from = log_position{1},
      .to = log.head(),
      .rows_max = static_cast<std::uint32_t>(op.limit == 0 ? page_max : std::min<std::uint64_t>(op.limit, page_max)),
      .bytes_max = core_.limits.reader_queue_bytes_max,
      .newest = op.mode == chat::history_mode::before || op.mode == chat::history_mode::latest};
  switch (op.mode) {
    case chat::history_mode::after:
      wish.from = op.first.next();
      break;
    case chat::history_mode::before:
      wish.to = std::min(wish.to, before(op.first));
      break;
    case chat::history_mode::between:
      wish.from = std::max(wish.from, op.first);
      wish.to = std::min(wish.to, op.last);
      break;
    case chat::history_mode::latest:
      break;
  }
  if (wish.from > wish.to) {
    core_.reply(from, lane, chat::history_end{op.request, false});
    return;
  }
  ++from.reads;
  ask(wish, history_page{{from.id, lane}, op.request, wish});
}

void reading::on_rows(const history_page& what, const read_result& result) {
  peer* to = core_.peers.find(what.to.peer);
  if (to == nullptr) return;
  const proto::lane_id lane = what.to.lane;
  --to->reads;
  core_.resume_if_space(*to);
  if (result.failed) return tell_unreadable(*to, lane, what.request);
  const log_position first_left = std::max(what.asked.from, result.first);
  if (first_left > what.asked.from) {
    core_.reply(*to, lane, chat::gap{what.asked.from, std::min(before(first_left), what.asked.to), what.request});
  }
  // Where a page begins that is cut at its older end is not known.
  log_position next = what.asked.newest && !result.rows.empty() ? result.rows.front().position : first_left;
  for (const row& stored : result.rows) {
    if (stored.position > next) core_.reply(*to, lane, chat::gap{next, before(stored.position), what.request});
    core_.reply(*to, lane, to_entry(stored, what.request));
    next = stored.position.next();
  }
  const bool more = !result.rows.empty() && (what.asked.newest ? result.rows.front().position > first_left
                                                               : result.rows.back().position < what.asked.to);
  core_.reply(*to, lane, chat::history_end{what.request, more});
}

}  // namespace tern::relay
