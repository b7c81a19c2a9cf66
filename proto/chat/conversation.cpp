#include "proto/chat/conversation.hpp"

#include <algorithm>

namespace tern::proto::chat {

namespace {
template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;  // clang 14 does not deduce aggregates
}  // namespace

conversation::conversation(destination to, outbox box, const key_bytes& own_key, bool takes_what_arrives)
    : to_(std::move(to)),
      outbox_(std::move(box)),
      subscription_(to_, own_key),
      takes_what_arrives_(takes_what_arrives) {}

std::optional<conversation::wish> conversation::poll_send(time_point now, wall_time wall, bool early, bool may_say) {
  if (outbox_.resume(now)) is_bind_due_ = true;
  if (early && to_.kind == destination_kind::own_inbox) return std::nullopt;
  if (!has_work(early, may_say)) return std::nullopt;
  if (is_bind_due_) return bind_wish(wall);
  if (!early && subscription_.has_unsent()) {
    if (subscription_.take_end()) return wish{leave{}};
    if (subscription_.take_fence()) return bind_wish(wall);
    return wish{subscription_.take_unsent(binds_sent_)};
  }
  if (!early && requests_.has_unsent()) return wish{requests_.take_unsent()};
  if (!early && taken_.is_due()) return wish{taken{taken_.take()}};
  // The floor has moved: next() keeps to the same distance from where it is now.
  if (outbox_.next()->counter > floor_told_ + outbox::counters_ahead_max) return bind_wish(wall);
  return say_wish();
}

bool conversation::has_work(bool early, bool may_say) {
  return (may_say && outbox_.next() != nullptr) ||
         (!early && (subscription_.has_unsent() || requests_.has_unsent() || taken_.is_due()));
}

conversation::wish conversation::bind_wish(wall_time wall) {
  is_bind_due_ = false;
  ++binds_sent_;
  floor_told_ = outbox_.floor();
  return {bind{to_.kind, to_.name, outbox_.id(), floor_told_, wall}};
}

conversation::wish conversation::say_wish() {
  const said_message& message = *outbox_.next();
  wish next{say{message.counter, message.kind, message.body}, message.own_deadline(), message.id};
  outbox_.on_sent();
  return next;
}

void conversation::on_connection_lost() {
  outbox_.on_connection_lost();
  subscription_.on_connection_lost();
  requests_.on_connection_lost();
  taken_.on_connection_lost();
  is_bind_due_ = true;
  binds_sent_ = 0;
  binds_answered_ = 0;
}

bool conversation::apply(relay_op op, time_point now, decided& done, session_events& events) {
  return std::visit(
      overloaded{
          [&](const bound& told) {
            ++binds_answered_;
            subscription_.on_bound(told.log);
            events.emplace_back(destination_bound{to_, told});
            return true;
          },
          [&](const unbound& told) { return on_unbound(told, now, done, events), true; },
          [&](const committed& told) { return on_committed(told, true, now, done, events), true; },
          [&](const relayed& told) {
            const committed place{told.counter, told.position, told.time, told.duplicate};
            return on_committed(place, false, now, done, events), true;
          },
          [&](const refused& told) { return on_refused(told, now, done, events), true; },
          [&](const delivered& told) {
            return events.emplace_back(delivered_up_to{to_, told.position}), true;
          },
          [&](entry& told) {
            if (told.request != 0) return requests_.on_entry(std::move(told)), true;
            return on_entry(std::move(told), now, events), true;
          },
          [&](const gap& told) {
            if (told.request == 0) return subscription_.on_gap(told, binds_answered_, events);
            return requests_.on_gap(told), told.first <= told.last;
          },
          [&](const live& told) { return on_live(told, events), true; },
          [&](const new_epoch& told) { return subscription_.on_new_epoch(told, binds_answered_, events), true; },
          [&](presence& told) { return subscription_.on_presence(std::move(told), binds_answered_, events), true; },
          [&](const history_end& told) { return requests_.on_history_end(told, to_, events), true; },
          [&](person& told) { return requests_.on_person(std::move(told)), true; },
          [&](const list_end& told) { return requests_.on_people_end(told, to_, events), true; },
          [&](const failed& told) { return on_failed(told, now, events), true; },
          [&](changed& told) { return on_changed(std::move(told), events), true; },
          [&](room_state& told) {
            return events.emplace_back(room_described{to_, std::move(told)}), true;
          },
          [](const named&) { return false; },      // control lane only
          [](const room_info&) { return false; },  // control lane only
      },
      op);
}

void conversation::on_entry(entry told, time_point now, session_events& events) {
  const auto before = subscription_.proven();
  subscription_.on_entry(std::move(told), binds_answered_, events);
  const auto& after = subscription_.proven();
  if (takes_what_arrives_ && after && (!before || before->position < after->position))
    taken_.on_taken(after->position, now);
}

void conversation::on_live(const live& told, session_events& events) {
  subscription_.on_live(told, binds_answered_, events);
  taken_.want(told.wants_taken);
}

void conversation::on_committed(const committed& told, bool is_kept, time_point now, decided& done,
                                session_events& events) {
  auto message = outbox_.on_committed(told.counter);
  if (!message) return;
  events.emplace_back(message_committed{message->id, to_, told, now - message->said_at, is_kept});
  done.push_back(std::move(*message));
}

void conversation::on_refused(const refused& told, time_point now, decided& done, session_events& events) {
  if (is_temporary(told.reason)) {
    const said_message* message = outbox_.on_refused_for_now(told.counter, told.retry_after, now);
    if (message != nullptr) events.emplace_back(message_delayed{message->id, to_, told});
    return;
  }
  auto message =
      told.reason == refusal::conflict ? outbox_.on_conflict(told.counter) : outbox_.on_refused_for_good(told.counter);
  if (!message) return;
  events.emplace_back(message_refused{message->id, to_, told});
  done.push_back(std::move(*message));
}

void conversation::on_unbound(const unbound& told, time_point now, decided& done, session_events& events) {
  const bool is_retried = is_temporary(told.reason);
  ++binds_answered_;
  is_bind_due_ = true;
  events.emplace_back(destination_refused{to_, told, is_retried});
  if (is_retried) {
    outbox_.on_connection_lost();  // what followed the BIND is void
    outbox_.hold(told.retry_after, now);
  } else {
    for (said_message& message : outbox_.take_all()) {
      events.emplace_back(
          message_refused{message.id, to_, {message.counter, told.reason, told.retry_after, told.text}});
      done.push_back(std::move(message));
    }
  }
  subscription_.on_refused(told.reason, told.retry_after, now);
  requests_.fail_all({0, told.reason, told.retry_after, told.text}, events);
}

void conversation::on_failed(const failed& told, time_point now, session_events& events) {
  if (told.request != 0) return requests_.on_failed(told, events);
  const auto is_retried = subscription_.on_refused(told.reason, told.retry_after, now);
  if (is_retried) events.emplace_back(join_refused{to_, told, *is_retried});
}

void conversation::on_changed(changed told, session_events& events) {
  if (told.request != 0) return requests_.on_changed(told, to_, events);
  events.emplace_back(room_changed{to_, std::move(told)});
}

void conversation::on_timeout(time_point now) {
  if (outbox_.resume(now)) is_bind_due_ = true;
  subscription_.on_timeout(now);
  taken_.on_timeout(now);
}

std::optional<time_point> conversation::next_deadline() const {
  std::optional<time_point> next;
  for (const auto& due : {outbox_.next_deadline(), subscription_.next_deadline(), taken_.next_deadline()}) {
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

}  // namespace tern::proto::chat
