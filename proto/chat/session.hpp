// A client's side of the chat protocol: what it wants of a relay, kept across any
// number of connections. Outbox on the way up, cursors on the way down (relay.md, 1).
//
// Sans-IO: the owner feeds messages in and drains operations out. It does not know
// transports, keys' secrets or sockets. One thread at a time.
//
// Drain order after any call: poll_event() until empty, poll_send() until empty, then
// arm a timer for next_deadline().
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <tl/expected.hpp>

#include "proto/chat/destination.hpp"
#include "proto/chat/ops.hpp"
#include "proto/chat/outbox.hpp"
#include "proto/chat/room_cursor.hpp"
#include "proto/chat/session_events.hpp"
#include "proto/lane.hpp"
#include "proto/time.hpp"

namespace tern::proto::chat {

struct session_config {
  key_bytes self{};        // our public key: marks our own entries
  outbox_id outbox{};      // 128 random bits, drawn anew for every process
  outbox_limits limits;
  std::size_t destinations_max = 257;  // relay.md, 5: 256 joined rooms, and the inbox
  std::size_t requests_max = 64;
};

struct say_options {
  // After it the message is neither sent nor sent again; message_expired follows.
  std::optional<time_point> deadline;
};

struct join_options {
  std::optional<cursor> from;     // what was shown last
  std::uint32_t backlog_max = 0;  // without a cursor: so many of the newest
  bool announce = true;           // others see the join
};

// One operation for the connection's lane, in this order.
struct session_send {
  lane_id lane;
  bytes payload;
  bool early_allowed = false;          // may travel in the INITIAL
  std::optional<time_point> deadline;  // SAY only: the message's own
};

class session {
 public:
  explicit session(const session_config& config);

  // Its id, unique in this session, for the events that tell its fate. Errors:
  // errc::queue_full (outbox or destinations), errc::message_too_big.
  tl::expected<std::uint64_t, std::error_code> say(const destination& to, body_kind kind, bytes body,
                                                   const say_options& options, time_point now);
  tl::expected<void, std::error_code> join(const destination& to, const join_options& options);
  void leave(const destination& from);
  // Asked for on every connection. If it is taken and `fallback` is not empty, that is asked for next.
  void claim_name(std::string name, std::string fallback);
  // Requests are asked again after a reconnect; their answers come whole, once.
  tl::expected<std::uint64_t, std::error_code> ask_history(const destination& of, history query);
  tl::expected<std::uint64_t, std::error_code> ask_who(const destination& in);
  tl::expected<std::uint64_t, std::error_code> ask_rooms();

  // A connection can take operations from now on; it may still be shaking hands.
  void on_connected(time_point now, wall_time wall);
  // What was sent and not decided will be sent again on the next one.
  void on_disconnected();
  // A message from the relay. An error is the relay's: close with a protocol error.
  tl::expected<void, op_error> on_message(lane_id lane, byte_view payload, time_point now);
  void on_timeout(time_point now);

  std::optional<session_send> poll_send(time_point now);
  std::optional<session_event> poll_event();
  std::optional<time_point> next_deadline() const;

  bool is_drained() const { return outbox_.empty(); }
  std::size_t undecided() const { return outbox_.size(); }
  // A joined room waits on the connection: it is worth keeping alive.
  bool waits_for_messages() const;
  // The place up to which `in` was shown.
  std::optional<cursor> cursor_of(const destination& in) const;
  const std::string& name() const { return name_; }

 private:
  struct channel {
    destination to;
    std::uint64_t lane_index = 0;
    bool is_bound_here = false;  // BIND was sent on this connection
    bool wants_join = false;
    bool join_due = false;
    bool leave_due = false;
    join_options joined_with;
    room_cursor shown;
    std::optional<log_id> log;
    std::optional<time_point> paused_until;
  };
  struct request {
    client_op op;
    std::uint64_t lane_index = 0;  // 0: control lane
    bool is_sent = false;
    std::vector<entry> entries;
    std::vector<gap> gaps;
    std::vector<person> people;
    std::vector<room_info> rooms;
  };
  struct relay_op_handler;

  tl::expected<channel*, std::error_code> open_channel(const destination& to);
  channel* find_channel(const destination& to);
  channel* find_channel(std::uint64_t lane_index);
  tl::expected<std::uint64_t, std::error_code> ask(std::uint64_t lane_index, client_op op);
  std::optional<session_send> next_for(channel& of, time_point now);
  std::optional<session_send> next_request(std::uint64_t lane_index);
  session_send make_send(const channel& of, const client_op& op) const;
  bool is_early(const channel& of) const { return !of.wants_join; }
  void tell(session_event event) { events_.push_back(std::move(event)); }
  void tell_if_drained();

  session_config config_;
  outbox outbox_;
  std::map<std::uint64_t, channel> channels_;  // by lane index
  std::map<std::uint64_t, request> requests_;
  std::uint64_t last_lane_index_ = 0;
  std::uint64_t last_request_ = 0;
  bool connected_ = false;
  wall_time connected_wall_{};
  time_point connected_at_{};
  std::string wanted_name_;
  std::string fallback_name_;
  std::string asked_name_;
  std::string name_;
  bool name_due_ = false;
  std::deque<session_event> events_;
};

}  // namespace tern::proto::chat
