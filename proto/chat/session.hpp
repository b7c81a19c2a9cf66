// A client's side of the chat layer, as a state machine over any transport that carries ordered lanes (WIRE.md,
// "Chat"). It outlives connections: what was said is in an outbox until its fate is known and is sent again on every
// new connection; what is read has a cursor from which every new connection goes on. So each message is committed
// once and each entry shown once, whatever happens to the connections between.
//
// Who drives it calls one function for each thing that happens, then drains poll_send() and poll_event(), then waits
// until next_deadline() at most and calls on_timeout(). `now` never goes backwards. No callbacks, no clock, no
// socket; single-threaded. It composes and routes: outbox, room_cursor, request_list and the others do the rest.
#pragma once

#include "proto/chat/control_conversation.hpp"
#include "proto/chat/conversation.hpp"
#include "proto/chat/deadline_set.hpp"
#include "proto/chat/lane_table.hpp"
#include "proto/chat/outbox_budget.hpp"
#include "proto/chat/outbox_journal.hpp"
#include "proto/entropy.hpp"

#include <map>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

namespace tern::proto::chat {

// An outbox message expires loudly after this (relay.md, section 1).
inline constexpr duration outbox_lifetime = std::chrono::hours{24 * 30};

struct session_config {
  key_bytes self{};  // our public key: marks our own entries
  outbox_limits limits{};
  std::size_t requests_max = 64;  // unanswered ones on one lane
  // Whoever polls an entry has taken it over, which is told the relay. False: taken() says when.
  bool takes_what_arrives = true;
};

struct say_options {
  // Given up then: message_expired. Default: outbox_lifetime from now.
  std::optional<time_point> deadline{};
  // Instead of a drawn one: saying the same with the same id again, in this or another process, gives the original
  // commit. One message an id and destination.
  std::optional<outbox_id> outbox{};
};

// One operation for the connection's lane, in this order.
struct session_send {
  lane_id lane;
  bytes payload;
  bool early_allowed = false;            // may travel in the INITIAL
  std::optional<time_point> deadline{};  // SAY only: the message's own
  message_id said{};                     // SAY only: which message it carries
};

class session {
 public:
  // `source` outlives the session; outbox ids come from it, so no two processes share one.
  session(const session_config& config, entropy& source) : config_(config), entropy_(source), budget_(config.limits) {}

  // Commands; they work with and without a connection. Errors: errc::queue_full where the outbox, the destinations
  // (500) or the requests are at their limit.
  // Also errc::message_too_big above body_bytes_max, errc::bad_text for a text that is not UTF-8.
  tl::expected<message_id, std::error_code> say(const destination& to, body_kind kind, bytes body,
                                                const say_options& options, time_point now);
  // Joining what is joined already asks again, from where it is.
  tl::expected<void, std::error_code> join(const destination& from, const join_options& options);
  void leave(const destination& from);
  // Everything up to `position` was taken over (session_config::takes_what_arrives).
  void taken(const destination& from, log_position position, time_point now);
  // The query's own request number is not used.
  tl::expected<request_id, std::error_code> ask_history(const destination& of, history query);
  tl::expected<request_id, std::error_code> ask_who(const destination& in);
  tl::expected<request_id, std::error_code> ask_rooms();
  // The wish's own request number is not used. Answered by change_made or request_failed.
  tl::expected<request_id, std::error_code> ask_change(const destination& in, change wish);
  // Asked for on every connection. If it is refused and `fallback` is not empty, that is asked for next. Until the
  // first answer nothing else is sent, not even early: what is said goes out under that name, or after its refusal.
  void claim_name(std::string name, std::string fallback) {
    control_.name().want(std::move(name), std::move(fallback));
  }

  // What was said is to outlive this process. From here on every message (but those under an id of the user's own)
  // is a change that poll_change() gives, and is sent once on_kept() has said that this change is safe. `wall`: the
  // calendar at `now`.
  void keep_outboxes(time_point now, wall_time wall);
  // The next change to be kept. They are numbered from 1, in this order.
  std::optional<outbox_change> poll_change() { return journal_.poll(); }
  // All changes up to this number are safe.
  void on_kept(std::uint64_t changes);
  // They cannot be kept any more. What waited for that is sent all the same, and all of it only remembered.
  void on_keeping_failed();
  // An earlier process left this undecided: it is sent under the keys that it has, before anything that is said here
  // to the same destination. Its messages get ids of this session, in order. Precondition: keep_outboxes() was
  // called. errc::queue_full, and nothing changed, where it is more than the limits allow.
  tl::expected<std::vector<message_id>, std::error_code> take_over(const kept_outbox& left, time_point now);

  // A connection is being made: what poll_send() gives from here on may go as early data. Leave this call out to
  // send nothing early.
  void on_connecting(time_point now, wall_time wall);
  // It stands.
  void on_connected(time_point now, wall_time wall);
  // It, or the attempt, is gone; what was sent on it may or may not have arrived.
  void on_disconnected();
  // False: the relay does not keep to the protocol, close the connection.
  [[nodiscard]] bool on_message(lane_id lane, byte_view payload, time_point now);
  void on_timeout(time_point now);

  std::optional<session_send> poll_send(time_point now);
  // The connection could not take it: poll_send() gives it again.
  void put_back(session_send unsent) { returned_ = std::move(unsent); }
  std::optional<session_event> poll_event();
  std::optional<time_point> next_deadline() const;

  // Messages whose fate is open.
  std::size_t undecided() const { return budget_.messages(); }
  bool is_drained() const { return undecided() == 0; }
  // The relay owes something: a receipt, the answer to a question, a name.
  bool awaits_answer() const;
  // Something is joined: the connection is worth keeping alive.
  bool waits_for_messages() const;
  // As the relay told it last; empty before.
  const std::string& name() const { return control_.name().given(); }
  // Where reading stands, to be kept for a later session.
  std::optional<cursor> cursor_of(const destination& of) const;

 private:
  enum class phase { offline, connecting, connected };

  conversation* open(const destination& to, const std::optional<outbox_id>& given = std::nullopt);
  template <class Op>
  tl::expected<request_id, std::error_code> ask(request_list& list, Op op);
  std::optional<session_send> poll_conversations(time_point now);
  wall_time wall_at(time_point now) const;
  time_point time_at(wall_time wall) const;
  bool waits_for_earlier(lane_id lane, const conversation& own) const;
  void forget(lane_id lane, const said_message& decided);
  void keep_new_id(conversation& renewed);
  void settle(lane_id lane, std::vector<said_message>& decided);
  void expire(const deadline_set::due& due);

  session_config config_;
  entropy& entropy_;
  phase phase_ = phase::offline;
  time_point wall_known_at_{};
  wall_time wall_{};

  lane_table lanes_;
  std::map<lane_id, conversation> conversations_;
  control_conversation control_;
  lane_id last_turn_{};  // conversations take turns
  outbox_budget budget_;
  outbox_journal journal_;
  std::vector<lane_id> earlier_;  // those of outboxes that were taken over, the oldest first
  deadline_set deadlines_;
  std::optional<session_send> returned_;
  session_events events_;
  message_id last_message_;
  request_id last_request_;
};

}  // namespace tern::proto::chat
