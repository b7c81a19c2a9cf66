// What stands behind a client handle: the session of the chat protocol on a link to the
// relay, and the operations that wait for something. All of it on one executor.
#pragma once

#include "proto/chat/session.hpp"
#include "udp/client/client_options.hpp"
#include "udp/client/client_types.hpp"
#include "udp/client/pending_pings.hpp"
#include "udp/client/relay_link.hpp"
#include "udp/client/store_writer.hpp"
#include "udp/operation.hpp"
#include "udp/system_entropy.hpp"

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace tern::udp {

class client_core final : public link_user, public store_user {
 public:
  template <class Result>
  using slot = std::shared_ptr<result_slot<Result>>;

  client_core(net::any_io_executor executor, tern_address relay, client_options options);

  const net::any_io_executor& executor() const { return executor_; }
  proto::chat::destination default_destination() const;
  const proto::identity_key& own_key() const { return options_.self->public_key(); }
  const std::string& name() const { return session_.name(); }
  std::optional<proto::public_key> relay_key() const { return link_.route().relay_key(); }
  std::optional<proto::chat::cursor> cursor_of(const proto::chat::destination& of) const {
    return session_.cursor_of(of);
  }
  client_statistics statistics() const;

  void start() { link_.start(); }
  slot<nothing> when_connected();
  slot<receipt> send(proto::chat::destination to, proto::chat::body_kind kind, proto::bytes body,
                     const message_options& options);
  slot<nothing> join(const proto::chat::destination& from, proto::chat::join_options options);
  void leave(const proto::chat::destination& from);
  void claim_name(std::string name, std::string fallback);
  slot<incoming> receive();
  slot<history_result> ask_history(const proto::chat::destination& of, proto::chat::history query);
  slot<people_result> ask_who(const proto::chat::destination& in);
  slot<rooms_result> ask_rooms();
  slot<change_result> ask_change(const proto::chat::destination& in, proto::chat::change wish);
  slot<std::optional<proto::chat::cursor>> find_place(const proto::chat::destination& of);
  void keep_place(shown_place place);
  slot<ping_reply> ping(proto::duration timeout);
  void use(transport_choice choice);
  void keep_alive(bool wanted);
  // Waits until every message is decided, at most `drain_max`, then takes leave. What
  // waits then ends with errc::closed.
  slot<nothing> close(proto::duration drain_max);
  // Takes leave at once.
  void abandon();

 private:
  struct pending_message {
    slot<receipt> waits;
    std::uint64_t packets_before = 0;
    std::function<void()> on_kept{};
    std::optional<proto::chat::refused> delay{};  // why it was refused for a while, the last time
  };
  struct earlier_message {
    proto::chat::destination to;
    proto::chat::kept_message content;
  };
  struct pending_join {
    proto::chat::destination from;
    slot<nothing> waits;
  };

  void on_connecting(proto::time_point now, const proto::address& remote, bool is_attached) override;
  void on_connected(proto::time_point now, const attempt& what) override;
  void on_kept(proto::time_point now, const attempt& what, std::error_code error) override;
  void on_silent(proto::time_point now) override;
  void on_disconnected(proto::time_point now) override;
  void on_waiting(proto::time_point now, std::error_code error, const std::string& reason) override;
  void on_failed(proto::time_point now, std::error_code error) override;
  void on_ping_answered(proto::ping_id id, proto::duration round_trip) override { pings_.on_answered(id, round_trip); }
  void on_ping_reached(proto::ping_id id) override { pings_.on_passage(id, true); }
  void on_ping_lost(proto::ping_id id) override { pings_.on_passage(id, false); }
  bool has_room_for_messages() const override { return incoming_.size() < options_.incoming_max; }
  bool on_message(proto::time_point now, proto::received_message message) override;
  void on_turn(proto::time_point now) override;
  std::optional<proto::time_point> next_deadline() override;

  void on_taken_over(std::vector<proto::chat::kept_outbox> left) override;
  void on_kept(std::uint64_t changes) override;
  void on_keeping_failed(const store_problem& why) override;

  void keep_changes();
  void leave(proto::time_point now);
  bool settle_earlier(proto::chat::message_id id, earlier_decided what);
  void send_operations(proto::time_point now);
  void take_events();
  void on(proto::chat::message_committed event);
  void on(proto::chat::message_refused event);
  void on(proto::chat::message_expired event);
  void on(proto::chat::message_delayed event);
  void on(proto::chat::history_page event);
  void on(proto::chat::people_listed event);
  void on(proto::chat::rooms_listed event);
  void on(proto::chat::change_made event);
  void on(proto::chat::request_failed event);
  void on(proto::chat::drained) {}
  void on(proto::chat::became_live event);
  void on(proto::chat::join_refused event);
  void on(proto::chat::destination_refused event);
  template <class Shown>
  void on(Shown event) {
    tell(std::move(event));
  }
  void settle(proto::chat::message_id id, std::error_code error, receipt result);
  template <class Result, class Ask>
  slot<Result> ask(std::map<proto::chat::request_id, slot<Result>>& waiting, Ask asking);
  template <class Result>
  slot<Result> failed_slot(std::error_code error) const;
  void end_joins(const proto::chat::destination& from, std::error_code error);
  void tell(incoming what);
  void finish(std::error_code error);
  bool is_left_early_possible() const {
    return link_.route().connection_count() > 0 || link_.route().may_have_sent_early();
  }

  net::any_io_executor executor_;
  tern_address relay_;
  client_options options_;
  system_entropy source_;
  proto::chat::session session_;
  relay_link link_;

  std::deque<incoming> incoming_;
  std::deque<slot<incoming>> receivers_;
  std::vector<slot<nothing>> connecting_;
  std::vector<slot<nothing>> closing_;
  std::vector<pending_join> joins_;
  std::map<proto::chat::message_id, pending_message> messages_;
  std::map<proto::chat::message_id, earlier_message> earlier_;
  std::deque<std::pair<std::uint64_t, proto::chat::message_id>> unkept_;  // by number of the change
  std::uint64_t changes_kept_ = 0;                                        // given to the store
  std::vector<slot<std::optional<proto::chat::cursor>>> place_questions_;
  std::map<proto::chat::request_id, slot<history_result>> histories_;
  std::map<proto::chat::request_id, slot<people_result>> people_;
  std::map<proto::chat::request_id, slot<rooms_result>> rooms_;
  std::map<proto::chat::request_id, slot<change_result>> changes_;
  pending_pings pings_;
  bool is_kept_alive_ = false;  // whatever is joined or undecided
  std::optional<proto::time_point> close_at_;
  bool is_leaving_ = false;
  bool has_heard_ = false;              // a relay, saying something
  std::error_code ended_;               // set: everything further ends with it
  std::unique_ptr<store_writer> kept_;  // ends first
};

}  // namespace tern::udp
