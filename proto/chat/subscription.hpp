// The wish to read a destination: kept across connections, asked for again on each from the cursor on. Does not know
// the lane's other uses.
#pragma once

#include "proto/chat/room_cursor.hpp"
#include "proto/chat/session_events.hpp"

#include <utility>

namespace tern::proto::chat {

struct join_options {
  std::optional<cursor> from{};   // what was shown last, by an earlier session; position 0: from the beginning
  std::uint32_t backlog_max = 0;  // without `from`, and after a NEW_EPOCH: this many of the newest
  bool announce = true;           // others see it
};

class subscription {
 public:
  subscription(destination from, const key_bytes& own_key) : from_(std::move(from)), own_key_(own_key) {}

  bool is_wanted() const { return wanted_.has_value(); }
  // Joining again from where we are, or with other options from there.
  void join(const join_options& options);
  void leave();

  // Whether JOIN or LEAVE has to be sent on this connection, and which.
  bool has_unsent() const { return is_due_; }
  // True once where a JOIN follows one that was not ended: a LEAVE has to go first, or the relay would go on with
  // the old one after the fence.
  bool take_end() { return wanted_ && std::exchange(is_sent_, false); }
  // True once where a JOIN follows another one of this connection: a BIND has to go between, because its answer
  // parts what the relay says for the one from what it says for the other.
  bool take_fence() { return wanted_ && std::exchange(needs_fence_, false); }
  // `after_binds`: BINDs sent on the lane so far. What comes before as many are answered belongs to an earlier JOIN.
  client_op take_unsent(std::uint64_t after_binds);
  void on_connection_lost();

  void on_bound(const log_id& log) { cursor_.on_bound(log); }
  void on_entry(entry said, std::uint64_t binds_answered, session_events& events);
  // False: against the protocol.
  [[nodiscard]] bool on_gap(const gap& told, std::uint64_t binds_answered, session_events& events);
  void on_live(const live& told, std::uint64_t binds_answered, session_events& events);
  void on_new_epoch(const new_epoch& told, std::uint64_t binds_answered, session_events& events);
  void on_presence(presence told, std::uint64_t binds_answered, session_events& events);
  // JOIN was refused, or the whole destination. Whether it is tried again, if it was wanted at all.
  std::optional<bool> on_refused(refusal reason, duration retry_after, time_point now);

  const std::optional<cursor>& proven() const { return cursor_.proven(); }
  void on_timeout(time_point now);
  const std::optional<time_point>& next_deadline() const { return retry_at_; }

 private:
  bool is_reading(std::uint64_t binds_answered) const {
    return wanted_ && is_sent_ && binds_answered >= valid_after_binds_;
  }
  void tell_missing(const std::optional<position_range>& missing, session_events& events) const;

  destination from_;
  key_bytes own_key_;
  std::optional<join_options> wanted_;
  room_cursor cursor_;
  bool is_due_ = false;   // JOIN or LEAVE is to be sent
  bool is_sent_ = false;  // the JOIN went out on this connection
  bool needs_fence_ = false;
  std::uint64_t valid_after_binds_ = 0;
  std::optional<time_point> retry_at_;
};

}  // namespace tern::proto::chat
