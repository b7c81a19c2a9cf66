// Keeps a connection to one relay, over UDP or TCP, whatever works: races them at the
// start, asks about the relay's key, looks for another way when nothing is heard, goes back
// to UDP when that works again, and does it all anew with growing pauses when everything is
// lost. A connection is kept until another stands: make before break.
//
// Pure: time comes in, sockets and names come from route_surroundings. Knows neither what
// messages mean nor which of them still matter after a loss. STATES.md, section 12.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/route/connection_race.hpp"
#include "udp/route/loss_watch.hpp"
#include "udp/route/route_options.hpp"
#include "udp/route/route_user.hpp"
#include "udp/route/udp_return.hpp"
#include "udp/unreachable_report.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tern::udp {

class relay_route {
 public:
  // All references must outlive the route.
  relay_route(tern_address relay, const route_options& options, std::shared_ptr<const proto::identity> self,
              std::uint64_t seed, proto::endpoint& endpoint, route_surroundings& around, route_user& user);

  void start() { look_up(); }
  // Takes leave of the relay and tries no more. The farewell goes out with the next turn.
  void close(proto::time_point now);
  // What may carry packets from now on. Goes over to what is allowed, make before break; with
  // `automatic` on TCP it tries at once whether UDP works.
  void use(proto::time_point now, transport_choice choice);

  bool is_attached() const { return attached_.has_value(); }
  bool is_connected() const { return is_established_; }
  bool is_closed() const { return is_closed_; }
  std::uint64_t connection_count() const { return connections_; }
  // Connections that took the place of one that still lived.
  std::uint64_t switch_count() const { return switches_; }
  // Whether what was sent as early data may be on its way to the relay.
  bool may_have_sent_early() const { return may_have_sent_early_; }
  // Of the attached connection.
  std::optional<transport> carrier() const;
  transport_choice choice() const { return choice_; }
  std::optional<proto::connection_statistics> statistics() const;
  const std::optional<proto::public_key>& relay_key() const { return relay_key_; }

  // To the attached connection. Errors as endpoint::send(), errc::closed where there is none.
  tl::expected<void, std::error_code> send(proto::lane_id lane, proto::bytes payload,
                                           const proto::send_options& options, bool early_allowed,
                                           proto::time_point now);
  void keep_alive(bool wanted, proto::time_point now);
  // The relay owes an answer: endpoint::expect_answer() of the attached connection.
  void expect_answer(bool expected, proto::time_point now);
  // To the attached connection. Errors as endpoint::ping().
  tl::expected<proto::ping_id, std::error_code> ping(proto::time_point now);

  void on_resolved(proto::time_point now, result<std::vector<proto::address>> found);
  void on_event(proto::time_point now, const proto::endpoint_event& event);
  // The network says so of datagrams, or of a stream that was being opened. Anyone on the
  // path can forge this: good for trying another way, never for giving up a connection.
  void on_unreachable(proto::time_point now, const unreachable_report& report);
  // Once a turn, after the events; then whatever there is to send has been sent.
  void on_turn(proto::time_point now);
  std::optional<proto::time_point> next_deadline() const;

 private:
  enum class search : std::uint8_t { none, resolving, racing, pausing };
  // Why the attached connection is not relied on: it is silent, or the network says that nobody is there.
  enum class reason : std::uint8_t { none, silence, report };
  using handle = proto::connection_handle;
  using race_entry = connection_race::entry;

  proto::connect_options connect_options(bool early_data) const;
  // The attached connection stands, and nothing is known against it.
  bool serves() const { return is_established_ && doubt_ == reason::none; }
  bool has_lasted(proto::time_point now) const;
  std::uint64_t packets_received() const;
  void look_up();
  void search_anew();
  void race(proto::time_point now, std::vector<proto::address> addresses, transport_choice choice,
            attempt_schedule::start how);
  void doubt(proto::time_point now, reason why);
  void end_refuted_doubt(proto::time_point now);
  void race_again(proto::time_point now, transport_choice choice);
  void race_towards(proto::time_point now, const proto::address& first, transport_choice choice,
                    attempt_schedule::start how);
  void renew(proto::time_point now);
  void on_reset(proto::time_point now);
  void run_race(proto::time_point now);
  void on_attempt_begun(proto::time_point now, const race_entry& begun);
  void on_attempt_failed(proto::time_point now, handle connection, std::error_code why);
  void on_race_lost(proto::time_point now, std::error_code why);
  void end_search(proto::time_point now);
  void keep(proto::time_point now, std::error_code why);
  void pause(proto::time_point now, std::error_code why);

  void attach(const race_entry& what);
  void detach(proto::time_point now);
  void take_over(proto::time_point now, const race_entry& winner);
  void forgive(proto::time_point now);
  void settle(proto::time_point now);
  void choose_return_pause(proto::time_point now);
  std::vector<proto::address> return_addresses() const;
  void use_for_attached(proto::time_point now);
  void on_wrong_key(proto::time_point now, const race_entry& shown_to, const proto::public_key& offered);
  void fail(proto::time_point now, std::error_code error);
  void run_return(proto::time_point now);
  void on_verdict(proto::time_point now, udp_return::verdict verdict);
  void watch_loss(proto::time_point now);
  void take_messages(proto::time_point now);

  void on(proto::time_point now, const proto::relay_key_offered& event);
  void on(proto::time_point now, const proto::relay_key_changed& event);
  void on(proto::time_point now, const proto::connected& event);
  void on(proto::time_point now, const proto::readable& event);
  void on(proto::time_point now, const proto::silent& event);
  void on(proto::time_point now, const proto::heard& event);
  void on(proto::time_point now, const proto::ping_answered& event);
  void on(proto::time_point now, const proto::ping_reached& event);
  void on(proto::time_point now, const proto::ping_lost& event);
  void on(proto::time_point now, const proto::closed& event);
  void on(proto::time_point now, const proto::token_given& event);
  void on(proto::time_point now, const proto::relay_key_announced& event);
  void on(proto::time_point now, const proto::outworn& event);
  template <class Other>
  void on(proto::time_point, const Other&) {}

  tern_address relay_;
  const route_options& options_;
  std::shared_ptr<const proto::identity> self_;
  proto::endpoint& endpoint_;
  route_surroundings& around_;
  route_user& user_;
  transport_choice choice_;
  std::optional<proto::public_key> relay_key_;
  backoff pauses_;

  search search_ = search::none;
  connection_race race_;
  transport_choice sought_{};  // in this race
  bool has_udp_head_start_ = false;
  bool was_search_told_ = false;
  bool has_learned_key_ = false;                  // in this race
  std::optional<key_question> wrong_key_;         // shown in this race
  std::optional<proto::time_point> pause_until_;  // with search::pausing
  std::vector<proto::address> known_;             // the relay's addresses, as last resolved
  std::string last_reason_;                       // the relay's words when it closed last

  std::optional<race_entry> attached_;  // sends and receives; may still be racing
  bool is_established_ = false;
  proto::time_point established_at_{};
  bool was_keeping_told_ = false;  // since the choice was made
  reason doubt_ = reason::none;
  std::uint64_t heard_before_doubt_ = 0;          // packets
  std::optional<proto::time_point> reported_at_;  // when a report was looked into last
  std::optional<proto::time_point> renew_at_;     // it is worn, and to be replaced
  std::optional<proto::time_point> reset_at_;     // when a relay had forgotten us last
  bool has_unread_ = false;
  bool is_kept_alive_ = false;
  bool is_answer_expected_ = false;
  bool is_closed_ = false;
  bool may_have_sent_early_ = false;
  std::uint64_t connections_ = 0;
  std::uint64_t switches_ = 0;

  udp_return return_;
  proto::duration return_pause_ = udp_return::first_pause;
  std::optional<proto::time_point> returned_at_;  // by return_, and UDP serves since
  loss_watch loss_;
};

}  // namespace tern::udp
