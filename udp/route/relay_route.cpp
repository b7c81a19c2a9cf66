#include "udp/route/relay_route.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace tern::udp {

namespace {

// What a handshake needs after the relay's key was taken, before another attempt makes sense.
constexpr std::chrono::milliseconds after_key{250};
// A connection that stood for so long was worth having; one that did not is not begun anew at once.
constexpr std::chrono::seconds lasting{10};
// Of what the network says about a connection that stands, so much is looked into.
constexpr std::chrono::seconds between_reports{10};
// UDP that fails again this soon after the way back to it is not gone back to as soon as before.
constexpr std::chrono::minutes return_lasting{1};
// How often a connection that is worn is tried to be replaced.
constexpr std::chrono::minutes between_renewals{1};

std::error_code error_of(const proto::closed& event) {
  switch (event.how) {
    case proto::closed::cause::never_answered:
      return make_error_code(proto::errc::unreachable);
    case proto::closed::cause::idle:
      return make_error_code(proto::errc::timeout);
    case proto::closed::cause::broken:
    case proto::closed::cause::reset:
    case proto::closed::cause::by_peer:
    case proto::closed::cause::by_us:
      break;
  }
  const bool is_refusal = event.code == proto::close_code::busy || event.code == proto::close_code::auth_failed;
  return make_error_code(is_refusal ? proto::errc::refused : proto::errc::closed);
}

// An invite that was revoked or is used up does not become good again.
bool is_for_good(const proto::closed& event) {
  return event.how == proto::closed::cause::by_peer && event.code == proto::close_code::auth_failed;
}

}  // namespace

relay_route::relay_route(tern_address relay, const route_options& options, std::shared_ptr<const proto::identity> self,
                         std::uint64_t seed, proto::endpoint& endpoint, route_surroundings& around, route_user& user)
    : relay_(std::move(relay)),
      options_(options),
      self_(std::move(self)),
      endpoint_(endpoint),
      around_(around),
      user_(user),
      choice_(options.transport),
      relay_key_(relay_.relay_key ? relay_.relay_key : options.relay_key),
      pauses_(options.retry, seed),
      race_(endpoint, around),
      return_(endpoint, around) {}

proto::connect_options relay_route::connect_options(bool early_data) const {
  return {relay_key_, self_, early_data, {}, options_.invite};
}

std::optional<transport> relay_route::carrier() const {
  if (!attached_) return std::nullopt;
  return attached_->what.by;
}

std::optional<proto::connection_statistics> relay_route::statistics() const {
  if (!attached_) return std::nullopt;
  return endpoint_.statistics(attached_->connection);
}

// ---- the connection that serves

// What serves is worn: another one is begun beside it, and takes its place once it stands. Not
// worth a word before that.
void relay_route::renew(proto::time_point now) {
  renew_at_ = now + between_renewals;
  if (is_closed_ || search_ != search::none || !serves()) return;
  const bool is_on_udp = attached_->what.by == transport::udp;
  race_towards(now, attached_->what.remote, choice_,
               is_on_udp ? attempt_schedule::start::udp_first : attempt_schedule::start::together);
}

// A relay that came back has forgotten us, and says so: it is there. It is begun with anew at
// once, whatever was looked for; but not again and again.
void relay_route::on_reset(proto::time_point now) {
  const bool is_first = !reset_at_ || now - *reset_at_ >= lasting;
  reset_at_ = now;
  const proto::address remote = attached_->what.remote;
  detach(now);
  if (!is_first && search_ != search::none) return;
  end_search(now);
  if (!is_first) return pause(now, make_error_code(proto::errc::closed));
  race_towards(now, remote, choice_, attempt_schedule::start::udp_first);
}

void relay_route::attach(const race_entry& what) {
  attached_ = what;
  is_established_ = false;
  doubt_ = reason::none;
  is_kept_alive_ = is_answer_expected_ = false;
  has_unread_ = true;  // it may have been told before it was attached
}

void relay_route::detach(proto::time_point now) {
  forgive(now);
  attached_.reset();
  renew_at_.reset();
  is_established_ = false;
  loss_.end();
  return_.end(now);
  user_.on_disconnected(now);
}

bool relay_route::has_lasted(proto::time_point now) const {
  return is_established_ && now - established_at_ >= lasting;
}

// Pauses begin anew where it was no fault of a connection that it has to be replaced.
void relay_route::forgive(proto::time_point now) {
  if (has_lasted(now)) pauses_.reset();
}

// `winner` stands: it serves from now on.
void relay_route::take_over(proto::time_point now, const race_entry& winner) {
  if (!attached_ || attached_->connection != winner.connection) {
    take_messages(now);
    if (const auto old = attached_) {
      detach(now);
      endpoint_.abort(old->connection, proto::close_code::none, {}, now);
      ++switches_;
    }
    attach(winner);
  }
  is_established_ = true;
  established_at_ = now;
  if (winner.what.by == transport::tcp) choose_return_pause(now);
  if (winner.what.by == transport::udp) around_.on_udp_verdict(winner.what.remote, true);
  ++connections_;
  has_learned_key_ = false;
  last_reason_.clear();
  end_search(now);
  settle(now);
  user_.on_connected(now, winner.what);
}

// What is to be watched while it serves.
void relay_route::settle(proto::time_point now) {
  loss_.end();
  return_.end(now);
  if (choice_ != transport_choice::automatic) return;
  if (attached_->what.by == transport::tcp) return return_.begin(now, return_addresses(), return_pause_);
  loss_.begin(now);
}

// TCP's own first: UDP may pass elsewhere where it does not pass there.
std::vector<proto::address> relay_route::return_addresses() const {
  std::vector<proto::address> addresses{attached_->what.remote};
  std::copy_if(known_.begin(), known_.end(), std::back_inserter(addresses),
               [this](const proto::address& known) { return known != attached_->what.remote; });
  return addresses;
}

// Each way back to UDP that did not last doubles the time to the next one: no flapping.
void relay_route::choose_return_pause(proto::time_point now) {
  const auto returned_at = std::exchange(returned_at_, std::nullopt);
  const bool did_not_last = returned_at && now - *returned_at < return_lasting;
  return_pause_ =
      did_not_last ? std::min<proto::duration>(2 * return_pause_, udp_return::pause_max) : udp_return::first_pause;
}

void relay_route::use(proto::time_point now, transport_choice choice) {
  choice_ = choice;
  was_keeping_told_ = false;
  if (is_closed_) return;
  if (attached_ && !is_established_) detach(now);
  return_pause_ = udp_return::first_pause;
  if (attached_) settle(now);
  // Once the name is answered, what is allowed then is raced.
  if (search_ == search::resolving && !serves()) return;
  const bool was_searching = search_ != search::none;
  end_search(now);
  if (attached_) return use_for_attached(now);
  if (was_searching) look_up();
}

void relay_route::use_for_attached(proto::time_point now) {
  const transport by = attached_->what.by;
  if (!serves() || !allows(choice_, by)) return race_again(now, choice_);
  if (choice_ == transport_choice::automatic && by == transport::tcp)
    return_.begin(now, return_addresses(), proto::duration::zero());
}

void relay_route::run_return(proto::time_point now) { on_verdict(now, return_.on_turn(now, connect_options(false))); }

void relay_route::on_verdict(proto::time_point now, udp_return::verdict verdict) {
  if (verdict == udp_return::verdict::none) return;
  const proto::address remote = return_.remote();
  if (verdict == udp_return::verdict::fails) return around_.on_udp_verdict(remote, false);
  take_over(now, {return_.take(), {remote, transport::udp}});
  returned_at_ = now;
}

void relay_route::watch_loss(proto::time_point now) {
  const auto due = loss_.next_deadline();
  if (!due || now < *due || !is_established_) return;
  const auto seen = endpoint_.statistics(attached_->connection);
  if (seen && loss_.look(now, *seen)) race_again(now, transport_choice::tcp);
}

void relay_route::fail(proto::time_point now, std::error_code error) {
  if (is_closed_) return;
  close(now);
  if (error == proto::errc::wrong_key && options_.on_wrong_key) options_.on_wrong_key(*wrong_key_);
  user_.on_failed(now, error);
}

void relay_route::close(proto::time_point now) {
  if (is_closed_) return;
  is_closed_ = true;
  end_search(now);
  return_.end(now);
  loss_.end();
  if (attached_) endpoint_.close(attached_->connection, proto::close_code::none, {}, now, proto::duration::zero());
  attached_.reset();
  is_established_ = false;
}

tl::expected<void, std::error_code> relay_route::send(proto::lane_id lane, proto::bytes payload,
                                                      const proto::send_options& options, bool early_allowed,
                                                      proto::time_point now) {
  if (!attached_) return tl::unexpected{make_error_code(proto::errc::closed)};
  return endpoint_.send(attached_->connection, lane, std::move(payload), options, now, early_allowed);
}

void relay_route::keep_alive(bool wanted, proto::time_point now) {
  if (!is_established_ || wanted == is_kept_alive_) return;
  is_kept_alive_ = wanted;
  endpoint_.keep_alive(attached_->connection, wanted, now);
}

void relay_route::expect_answer(bool expected, proto::time_point now) {
  if (!is_established_ || expected == is_answer_expected_) return;
  is_answer_expected_ = expected;
  endpoint_.expect_answer(attached_->connection, expected, now);
}

tl::expected<proto::ping_id, std::error_code> relay_route::ping(proto::time_point now) {
  if (!is_established_) return tl::unexpected{make_error_code(proto::errc::closed)};
  return endpoint_.ping(attached_->connection, now);
}

// ---- what happens

void relay_route::on_event(proto::time_point now, const proto::endpoint_event& event) {
  if (is_closed_) return;
  std::visit([&](const auto& what) { on(now, what); }, event);
}

void relay_route::on(proto::time_point now, const proto::relay_key_offered& event) {
  const auto offered_to = race_.find(event.connection);
  if (!offered_to) return;
  if (!relay_key_) {
    const key_question question{relay_, offered_to->what.remote, event.key, std::nullopt};
    const bool is_trusted = options_.trust && options_.trust(question);
    if (is_closed_) return;
    if (!is_trusted) return fail(now, make_error_code(proto::errc::unknown_key));
    relay_key_ = event.key;
    has_learned_key_ = true;
    race_.hold(now + after_key);
  }
  // Two addresses, two relays: the first one that was trusted is meant.
  if (relay_key_ != event.key) return on_wrong_key(now, *offered_to, event.key);
  endpoint_.trust(event.connection, now);
  if (options_.early_data && attached_ && attached_->connection == event.connection) may_have_sent_early_ = true;
}

void relay_route::on(proto::time_point now, const proto::relay_key_changed& event) {
  if (const auto shown_to = race_.find(event.connection)) on_wrong_key(now, *shown_to, event.offered);
}

// Another address may lead to the relay that is meant; this one is of no use by any transport.
void relay_route::on_wrong_key(proto::time_point now, const race_entry& shown_to, const proto::public_key& offered) {
  wrong_key_ = key_question{relay_, shown_to.what.remote, offered, relay_key_};
  race_.forget(now, shown_to.what.remote);
  on_attempt_failed(now, shown_to.connection, make_error_code(proto::errc::wrong_key));
}

void relay_route::on(proto::time_point now, const proto::connected& event) {
  if (return_.is_trying(event.connection)) return return_.on_connected(now);
  const auto winner = race_.find(event.connection);
  if (!winner) return;
  // Most programs end long before UDP could be tried again.
  const bool was_udp_slower = has_udp_head_start_ && winner->what.by == transport::tcp &&
                              race_.find(attempt{winner->what.remote, transport::udp});
  take_over(now, *winner);
  if (was_udp_slower) around_.on_udp_verdict(winner->what.remote, false);
}

void relay_route::on(proto::time_point, const proto::readable& event) {
  if (attached_ && event.connection == attached_->connection) has_unread_ = true;
}

void relay_route::on(proto::time_point now, const proto::silent& event) {
  if (!is_established_ || event.connection != attached_->connection) return;
  user_.on_silent(now);
  if (is_established_) doubt(now, reason::silence);
}

void relay_route::on(proto::time_point now, const proto::heard& event) {
  if (!is_established_ || event.connection != attached_->connection) return;
  doubt_ = reason::none;
  end_search(now);
  user_.on_connected(now, attached_->what);
  if (is_established_ && !allows(choice_, attached_->what.by)) race_again(now, choice_);
}

void relay_route::on(proto::time_point now, const proto::ping_answered& event) {
  if (return_.is_trying(event.connection)) return on_verdict(now, return_.on_ping_answered(now, event.id));
  user_.on_ping_answered(event.id, event.round_trip);
}

void relay_route::on(proto::time_point, const proto::ping_reached& event) {
  if (!return_.is_trying(event.connection)) user_.on_ping_reached(event.id);
}

void relay_route::on(proto::time_point, const proto::ping_lost& event) {
  if (!return_.is_trying(event.connection)) user_.on_ping_lost(event.id);
}

void relay_route::on(proto::time_point now, const proto::closed& event) {
  if (return_.is_trying(event.connection)) return on_verdict(now, return_.on_failed(now));
  if (race_.find(event.connection)) {
    if (!event.reason.empty() && event.how == proto::closed::cause::by_peer) last_reason_ = event.reason;
    if (is_for_good(event) && !serves()) return fail(now, error_of(event));
    return on_attempt_failed(now, event.connection, error_of(event));
  }
  if (!attached_ || event.connection != attached_->connection) return;
  last_reason_ = event.reason;
  take_messages(now);
  if (!attached_) return;  // what it had said last was against the protocol
  if (event.how == proto::closed::cause::reset) return on_reset(now);
  const bool had_lasted = has_lasted(now);
  detach(now);
  if (is_for_good(event)) return fail(now, error_of(event));
  if (search_ != search::none) return;
  // A relay that goes away, or refuses us, or cannot be kept, is not asked again at once.
  if (event.how == proto::closed::cause::by_peer || !had_lasted) return pause(now, error_of(event));
  search_anew();
}

void relay_route::on(proto::time_point, const proto::token_given& event) {
  if (const auto by = endpoint_.current_path(event.connection)) around_.on_token(by->remote, event.token);
}

void relay_route::on(proto::time_point, const proto::relay_key_announced& event) {
  if (relay_key_ != event.known) return;
  relay_key_ = event.next;
  const auto by = endpoint_.current_path(event.connection);
  if (by && options_.on_next_key) options_.on_next_key({relay_, by->remote, event.next, event.known});
}

void relay_route::on(proto::time_point now, const proto::outworn& event) {
  if (attached_ && event.connection == attached_->connection) renew(now);
}

void relay_route::on_unreachable(proto::time_point now, const unreachable_report& report) {
  if (is_closed_ || report.reason == std::errc::message_size) return;
  if (search_ == search::racing) race_.note(report.reason);
  if (report.stream) return;  // its end is told by itself
  const attempt refused{report.remote, transport::udp};
  if (const auto known = race_.find(refused)) return on_attempt_failed(now, known->connection, report.reason);
  // Not believed about a connection that stands, but a reason to look for another.
  if (!serves() || attached_->what != refused) return;
  if (reported_at_ && now - *reported_at_ < between_reports) return;
  reported_at_ = now;
  doubt(now, reason::report);
}

void relay_route::take_messages(proto::time_point now) {
  while (has_unread_ && attached_ && user_.has_room_for_messages()) {
    auto message = endpoint_.receive(attached_->connection, now);
    if (!message) {
      has_unread_ = false;
    } else if (!user_.on_message(now, std::move(*message))) {
      const handle culprit = attached_->connection;
      last_reason_ = "the relay does not keep to the protocol";
      detach(now);
      endpoint_.abort(culprit, proto::close_code::protocol_error, {}, now);
      if (search_ == search::none) pause(now, make_error_code(proto::errc::closed));
    }
  }
}

void relay_route::on_turn(proto::time_point now) {
  take_messages(now);
  if (search_ == search::pausing && *pause_until_ <= now) look_up();
  if (search_ == search::racing && race_.is_too_late(now)) on_race_lost(now, race_.error());
  if (search_ == search::racing) run_race(now);
  if (renew_at_ && *renew_at_ <= now) renew(now);
  run_return(now);
  watch_loss(now);
}

std::optional<proto::time_point> relay_route::next_deadline() const {
  if (is_closed_) return std::nullopt;
  std::optional<proto::time_point> due;
  for (const auto& other :
       {pause_until_, race_.next_deadline(), return_.next_deadline(), loss_.next_deadline(), renew_at_})
    if (other && (!due || *other < *due)) due = other;
  return due;
}

}  // namespace tern::udp
