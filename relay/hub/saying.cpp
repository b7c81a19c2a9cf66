#include "relay/hub/saying.hpp"

#include "proto/utf8.hpp"
#include "relay/hub/delivering.hpp"
#include "relay/hub/reading.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tern::relay {

namespace {
// A client that waits a fraction of a millisecond less must not be refused again.
std::chrono::milliseconds rounded_up(proto::duration wait) {
  return std::chrono::ceil<std::chrono::milliseconds>(wait);
}

// What is said now is the first thing in it.
bool begins(const room& log) { return !log.is_stored() && log.is_untouched(); }
}  // namespace

void saying::on_say(peer& from, proto::lane_id lane, binding& bound, chat::say op, proto::time_point now,
                    proto::wall_time wall) {
  room& log = *core_.rooms.find(bound.log);
  if (const auto why = judge(from, bound, op, log, now, wall)) {
    if (chat::is_temporary(why->reason)) bound.gate.on_refused(op.counter);
    refuse(from, lane, op.counter, *why);
    return;
  }
  if (log.is_live()) {
    charge(from, log, op.body.size(), now);
    return pass_on(from, lane, bound, log, std::move(op), wall);
  }
  // Early data may be a replay: it is charged when it turns out to be new, so that
  // repeating someone's packets does not use up their rate.
  if (!from.provisional) charge(from, log, op.body.size(), now);
  submit(from, lane, bound, log, std::move(op), wall);
}

std::optional<saying::refusal> saying::judge(const peer& from, binding& bound, const chat::say& op, room& log,
                                             proto::time_point now, proto::wall_time wall) {
  if (op.body.size() > core_.limits.message_bytes_max) {
    ++core_.counters.say_too_big;
    return refusal{chat::refusal::too_big, {}, "the message is too big for this relay"};
  }
  if (op.kind == chat::body_kind::text && !proto::is_valid_utf8(proto::as_text(op.body))) {
    ++core_.counters.say_bad_text;
    return refusal{chat::refusal::bad_text, {}, "text must be valid UTF-8"};
  }
  if (const auto why = core_.gate(from, deed::say, log, now, wall)) return why;
  if (core_.may_found(from, log) && !core_.may_own_another(from.key)) {
    ++core_.counters.rooms_owned_full;
    return refusal{chat::refusal::room_full, {}, "you own too many rooms to begin another"};
  }
  if (op.counter < bound.floor || op.counter - bound.floor > counter_window) {
    ++core_.counters.say_stale;
    return refusal{chat::refusal::stale, {}, "the message number is outside the window"};
  }
  if (log.is_becoming_live()) {
    ++core_.counters.say_busy;
    return refusal{chat::refusal::busy, busy_retry_after, "the room is becoming a live one"};
  }
  if (!bound.gate.admit(op.counter)) {
    ++core_.counters.say_out_of_turn;
    return refusal{chat::refusal::busy, {}, "an earlier message was refused"};
  }
  if (is_doomed(bound)) return judge_result(append_status::storage_failed, log);
  if (const auto why = judge_guest(from, log, op.body.size(), now)) return why;
  return judge_rates(from, log, op.body.size(), now);
}

std::optional<saying::refusal> saying::judge_guest(const peer& from, const room& log, std::size_t size,
                                                   proto::time_point now) {
  const neighbourhood* near = core_.neighbours_of(from);
  if (near == nullptr) return std::nullopt;
  if (const auto wait = near->messages.wait(1, now); wait.count() > 0) {
    ++core_.counters.guest_messages;
    return refusal{chat::refusal::rate, rounded_up(wait), "too many messages of guests at your address"};
  }
  if (const auto wait = near->bytes.wait(size, now); wait.count() > 0) {
    ++core_.counters.guest_bytes;
    return refusal{chat::refusal::rate, rounded_up(wait), "too many bytes of guests at your address"};
  }
  if (const auto wait = near->logs.wait(1, now); begins(log) && wait.count() > 0) {
    ++core_.counters.guest_logs;
    return refusal{chat::refusal::rate, rounded_up(wait), "too many rooms begun by guests at your address"};
  }
  return std::nullopt;
}

std::optional<saying::refusal> saying::judge_rates(const peer& sender, room& log, std::size_t size,
                                                   proto::time_point now) {
  const client& from = core_.peers.client_of(sender.key);
  const bool is_behind =
      pending_.size() >= core_.limits.pending_max || pending_bytes_ + size > core_.limits.pending_bytes_max;
  if (is_behind && !log.is_live()) {
    ++core_.counters.say_busy;
    return refusal{chat::refusal::busy, busy_retry_after, "the relay is behind with writing"};
  }
  if (const auto wait = from.messages.wait(1, now); wait.count() > 0) {
    ++core_.counters.say_rate_key;
    return refusal{chat::refusal::rate, rounded_up(wait), "too many messages"};
  }
  if (const auto wait = from.bytes.wait(size, now); wait.count() > 0) {
    ++core_.counters.say_bytes_key;
    return refusal{chat::refusal::rate, rounded_up(wait), "too many bytes"};
  }
  if (const auto wait = log.rate().wait(1, now); wait.count() > 0) {
    ++core_.counters.say_rate_room;
    return refusal{chat::refusal::rate, rounded_up(wait), "too many messages in this room"};
  }
  return std::nullopt;
}

void saying::charge(const peer& from, room& log, std::size_t size, proto::time_point now) {
  client& owner = core_.peers.client_of(from.key);
  owner.messages.take(1, now);
  owner.bytes.take(size, now);
  log.rate().take(1, now);
  neighbourhood* near = core_.neighbours_of(from);
  if (near == nullptr) return;
  near->messages.take(1, now);
  near->bytes.take(size, now);
  if (begins(log)) near->logs.take(1, now);
}

void saying::pass_on(peer& from, proto::lane_id lane, binding& bound, room& log, chat::say op, proto::wall_time wall) {
  bound.gate.on_floor(op.counter + 1);
  if (const auto before = log.relayed().find(from.key, bound.outbox, op.counter)) {
    ++core_.counters.duplicates;
    core_.reply(from, lane, chat::relayed{op.counter, before->position, before->time, true});
    return;
  }
  const log_position position = log.on_relayed();
  log.relayed().add(from.key, bound.outbox, op.counter, {position, wall});
  ++core_.counters.relayed;
  core_.reply(from, lane, chat::relayed{op.counter, position, wall, false});
  readers_.on_commit(log, {.position = position,
                           .time = wall,
                           .sender = from.key,
                           .sender_name = core_.names.name_of(from.key),
                           .kind = op.kind,
                           .body = std::move(op.body)});
}

void saying::submit(peer& from, proto::lane_id lane, binding& bound, room& log, chat::say op, proto::wall_time wall) {
  core_.found(from, log);
  const request_tag tag = core_.next_tag();
  chat::entry entry;
  entry.sender = from.key;
  entry.sender_name = core_.names.name_of(from.key);
  entry.kind = op.kind;
  entry.body = op.body;
  append_request request{.tag = tag,
                         .log = log.number(),
                         .create = log.creation(),
                         .sender = from.key,
                         .sender_name = entry.sender_name,
                         .outbox = bound.outbox,
                         .counter = op.counter,
                         .floor = bound.floor,
                         .kind = static_cast<std::uint8_t>(op.kind),
                         .body = std::move(op.body),
                         .commit_time = wall,
                         .failures_seen = storage_failures_};
  pending_bytes_ += entry.body.size();
  pending_.emplace(tag, pending{from.id, lane, log.number(), from.provisional, std::move(entry), op.counter});
  ++from.pending;
  ++bound.pending;
  bound.failures_seen = storage_failures_;
  log.bind();  // it must not be forgotten before the result
  log.on_append();
  core_.want(commit{std::move(request)});
}

void saying::on_result(const append_result& result, proto::time_point now) {
  const auto found = pending_.find(result.tag);
  if (found == pending_.end()) return;
  pending done = std::move(found->second);
  pending_.erase(found);
  pending_bytes_ -= done.entry.body.size();
  storage_failures_ = std::max(storage_failures_, result.failures);

  room& log = *core_.rooms.find(done.log);
  log.on_append_decided();
  peer* from = core_.peers.find(done.from);
  binding* bound = nullptr;
  if (from != nullptr) {
    --from->pending;
    core_.resume_if_space(*from);
    bound = &from->bindings.at(done.lane);
    --bound->pending;
  }

  if (const auto why = judge_result(result.status, log)) {
    if (from != nullptr) {
      if (chat::is_temporary(why->reason)) bound->gate.on_refused(done.counter);
      refuse(*from, done.lane, done.counter, *why);
    }
    core_.rooms.release(done.log);
    return;
  }

  const bool is_new = result.status == append_status::committed;
  if (from != nullptr) {
    bound->gate.on_floor(done.counter + 1);
    if (is_new && done.charge_later) charge(*from, log, done.entry.body.size(), now);
    core_.reply(*from, done.lane, chat::committed{done.counter, result.position, result.commit_time, !is_new});
    receipts_.on_committed(log, {done.from, done.lane}, *bound, result.position);
    if (!is_new) receipts_.tell(log);
  }
  if (is_new) {
    assert(result.position == log.head().next());
    ++core_.counters.committed;
    core_.on_stored(log);
    log.on_commit(result.position, result.chain);
    done.entry.position = result.position;
    done.entry.time = result.commit_time;
    done.entry.chain = result.chain;
    readers_.on_commit(log, done.entry);
  } else {
    ++core_.counters.duplicates;
  }
  core_.rooms.release(done.log);
}

std::optional<saying::refusal> saying::judge_result(append_status status, const room& log) {
  if (status == append_status::committed || status == append_status::duplicate) return std::nullopt;
  ++core_.counters.storage_refusals;
  switch (status) {
    case append_status::conflict:
      return refusal{chat::refusal::conflict, {}, "another message was sent under this number"};
    case append_status::stale:
      return refusal{chat::refusal::stale, {}, "the message number is outside the window"};
    case append_status::overtaken:
      return refusal{chat::refusal::stale, {}, "a later message was written first"};
    case append_status::log_full:
      return refusal{chat::refusal::room_full,
                     {},
                     log.is_inbox() ? "they have too much from you that is younger than a day" : "the room is full"};
    case append_status::disk_full:
      return refusal{chat::refusal::disk_full, busy_retry_after, "the relay's disk is full"};
    default:
      return refusal{chat::refusal::disk_full, busy_retry_after, "the relay could not write to its disk"};
  }
}

void saying::refuse(peer& to, proto::lane_id lane, std::uint64_t counter, const refusal& why) {
  core_.reply(to, lane, chat::refused{counter, why.reason, why.retry_after, std::string{why.text}});
}

}  // namespace tern::relay
