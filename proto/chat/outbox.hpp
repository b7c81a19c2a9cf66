// The messages for one destination that are not decided yet, in the order in which they were said (relay.md,
// section 1). A message is in here before it is first sent and until it is committed, refused or given up; the
// idempotency key (client key, outbox id, counter) makes sending it again harmless.
//
// Invariant: entries [0, sent_) were handed out on this connection, the rest wait, so nothing overtakes. Does not
// know lanes, the wire, or other destinations.
#pragma once

#include "proto/chat/say_window.hpp"
#include "proto/chat/session_events.hpp"

#include <deque>
#include <optional>
#include <set>
#include <utility>

namespace tern::proto::chat {

struct said_message {
  message_id id;
  std::uint64_t counter = 0;
  body_kind kind = body_kind::text;
  bytes body{};
  time_point said_at{};
  // Given up from here on; its fate is then unknown if it was ever sent.
  time_point deadline{};
  bool has_own_deadline = false;  // the user's, not the outbox's: not worth a retransmission afterwards
  bool was_sent = false;          // under the present outbox id
  std::size_t unanswered = 0;     // how often it was sent and is not known to have been refused
  bool is_kept = false;           // outlives this process (kept_outbox.hpp) ...
  std::uint64_t change = 0;       // ... once this change of the journal is: not sent before

  // Whether it may have been, or yet be, committed.
  bool may_arrive() const { return unanswered > 0; }
  std::optional<time_point> own_deadline() const { return has_own_deadline ? std::optional{deadline} : std::nullopt; }
};

class outbox {
 public:
  // No counter goes further above the oldest undecided one; the relay remembers 1,024.
  static constexpr std::uint64_t counters_ahead_max = 1'000;
  // New outbox ids in a row, without a commit between, before a CONFLICT is believed.
  static constexpr int renewals_max = 3;

  // `is_given`: the id is the user's own choice and is never replaced by another.
  outbox(const outbox_id& id, bool is_given) : outbox(id, id, is_given) {}
  // One that was taken over: `key` is the id that it was drawn with.
  outbox(const outbox_id& key, const outbox_id& id, bool is_given) : key_(key), id_(id), is_given_(is_given) {}

  const outbox_id& key() const { return key_; }
  const outbox_id& id() const { return id_; }
  bool is_given() const { return is_given_; }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  // Every counter below is decided, and known to be so by whoever would take this outbox over.
  std::uint64_t floor() const;
  // Of the message that is added next.
  std::uint64_t next_counter() const { return next_counter_; }

  void add(said_message message);
  // A message of an earlier process, which may have been sent. It has its counter, above all that are here.
  void take_over(said_message message);

  // The journal's change of that number tells that this counter is decided.
  void on_forgetting(std::uint64_t counter, std::uint64_t change) { forgetting_.emplace(counter, change); }
  // Nothing is sent before that change is kept.
  void wait_for(std::uint64_t change) { waits_for_ = change; }
  // All changes up to this one are kept.
  void on_kept(std::uint64_t change);

  // What is to be sent next, or null: nothing waits, or it has to wait for an answer or for the time.
  const said_message* next();
  // Precondition: next() returned this message.
  void on_sent();

  // Answers. Counters that are not (any more) undecided are ignored: empty results.
  std::optional<said_message> on_committed(std::uint64_t counter);
  std::optional<said_message> on_refused_for_good(std::uint64_t counter);
  // Everything from here on waits `retry_after`. Returns the message that was refused.
  const said_message* on_refused_for_now(std::uint64_t counter, duration retry_after, time_point now);
  // Returns the message if it has to be given up; else it goes out again under a new id.
  std::optional<said_message> on_conflict(std::uint64_t counter);
  // Nothing can be sent for a while (the destination could not be bound).
  void hold(duration retry_after, time_point now);

  // Every message of the old id is decided or in conflict: time for renew().
  bool wants_new_id() const;
  void renew(const outbox_id& id);

  // What was sent and is unanswered is unknown: the next connection starts at the oldest undecided one.
  void on_connection_lost();
  std::optional<said_message> give_up(message_id id);
  // All that is undecided, oldest first; the outbox is empty afterwards.
  std::deque<said_message> take_all();

  // Lets go of what waited for the time. True if there was something: the relay lets nothing pass before it has seen
  // the oldest one again, or a BIND whose floor is above it.
  bool resume(time_point now);
  std::optional<time_point> next_deadline() const;

 private:
  enum class phase { waiting, in_flight, refused, conflicted };
  struct entry {
    said_message message;
    phase at = phase::waiting;
  };
  using iterator = std::deque<entry>::iterator;

  iterator find(std::uint64_t counter);
  said_message remove(const iterator& position);
  void settle(entry& answered, phase now_at);
  void skip_conflicted();
  void restart();

  outbox_id key_;
  outbox_id id_;
  bool is_given_;
  std::deque<entry> entries_;  // ascending counters
  std::size_t sent_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t conflicted_ = 0;
  std::uint64_t next_counter_ = 0;
  std::set<std::pair<std::uint64_t, std::uint64_t>> forgetting_;  // counter, change
  std::uint64_t waits_for_ = 0;
  std::uint64_t kept_ = 0;
  int renewals_ = 0;
  std::optional<time_point> held_until_;
  say_window window_;
};

}  // namespace tern::proto::chat
