#include "proto/chat/session.hpp"

#include "proto/error.hpp"
#include "proto/utf8.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tern::proto::chat {

tl::expected<message_id, std::error_code> session::say(const destination& to, body_kind kind, bytes body,
                                                       const say_options& options, time_point now) {
  if (body.size() > body_bytes_max) return tl::unexpected(make_error_code(errc::message_too_big));
  if (kind == body_kind::text && !is_valid_utf8(as_text(body))) return tl::unexpected(make_error_code(errc::bad_text));
  conversation* target = open(to, options.outbox);
  if (target == nullptr || !budget_.take(body.size())) return tl::unexpected(make_error_code(errc::queue_full));

  last_message_ = last_message_.next();
  said_message message{.id = last_message_, .kind = kind, .body = std::move(body), .said_at = now};
  message.has_own_deadline = options.deadline.has_value();
  message.deadline = options.deadline.value_or(now + outbox_lifetime);
  deadlines_.add({message.deadline, message.id, *lanes_.find({to, options.outbox})});
  outbox& box = target->box();
  if (journal_.is_on() && !box.is_given()) {
    message.is_kept = true;
    message.change =
        journal_.add(message_kept{box.key(),
                                  box.id(),
                                  to,
                                  {box.next_counter(), kind, message.body, wall_at(now), wall_at(message.deadline)},
                                  message.id});
  }
  box.add(std::move(message));
  return last_message_;
}

void session::keep_outboxes(time_point now, wall_time wall) {
  wall_known_at_ = now;
  wall_ = wall;
  journal_.start();
}

void session::on_kept(std::uint64_t changes) {
  for (auto& [lane, each] : conversations_) each.box().on_kept(changes);
}

void session::on_keeping_failed() {
  journal_.stop();
  on_kept(std::numeric_limits<std::uint64_t>::max());
}

tl::expected<std::vector<message_id>, std::error_code> session::take_over(const kept_outbox& left, time_point now) {
  std::size_t bytes = 0;
  for (const kept_message& each : left.messages) bytes += each.body.size();
  const bool has_room = budget_.has_room(left.messages.size(), bytes) && !lanes_.find({left.to, left.key});
  const auto lane = has_room ? lanes_.add({left.to, left.key}) : std::nullopt;
  if (!lane) return tl::unexpected(make_error_code(errc::queue_full));
  outbox box{left.key, left.id, false};
  conversation& target =
      conversations_.try_emplace(*lane, left.to, std::move(box), config_.self, config_.takes_what_arrives)
          .first->second;
  earlier_.push_back(*lane);

  std::vector<message_id> ids;
  for (const kept_message& each : left.messages) {
    budget_.take(each.body.size());
    last_message_ = last_message_.next();
    ids.push_back(last_message_);
    said_message message{.id = last_message_, .counter = each.counter, .kind = each.kind, .body = each.body};
    message.said_at = time_at(each.said_at);
    // A clock that was wrong must not make it wait for ever.
    message.deadline = std::min(time_at(each.expires_at), now + outbox_lifetime);
    message.is_kept = true;
    deadlines_.add({message.deadline, message.id, *lane});
    target.box().take_over(std::move(message));
  }
  return ids;
}

tl::expected<void, std::error_code> session::join(const destination& from, const join_options& options) {
  conversation* target = open(from);
  if (target == nullptr) return tl::unexpected(make_error_code(errc::queue_full));
  target->reading().join(options);
  return {};
}

void session::leave(const destination& from) {
  if (const auto lane = lanes_.find({from})) conversations_.at(*lane).reading().leave();
}

void session::taken(const destination& from, log_position position, time_point now) {
  if (const auto lane = lanes_.find({from})) conversations_.at(*lane).on_taken(position, now);
}

tl::expected<request_id, std::error_code> session::ask_history(const destination& of, history query) {
  conversation* target = open(of);
  if (target == nullptr) return tl::unexpected(make_error_code(errc::queue_full));
  return ask(target->requests(), query);
}

tl::expected<request_id, std::error_code> session::ask_who(const destination& in) {
  conversation* target = open(in);
  if (target == nullptr) return tl::unexpected(make_error_code(errc::queue_full));
  return ask(target->requests(), who{});
}

tl::expected<request_id, std::error_code> session::ask_rooms() { return ask(control_.requests(), rooms{}); }

tl::expected<request_id, std::error_code> session::ask_change(const destination& in, change wish) {
  conversation* target = open(in);
  if (target == nullptr) return tl::unexpected(make_error_code(errc::queue_full));
  return ask(target->requests(), std::move(wish));
}

template <class Op>
tl::expected<request_id, std::error_code> session::ask(request_list& list, Op op) {
  if (list.size() >= config_.requests_max) return tl::unexpected(make_error_code(errc::queue_full));
  last_request_ = last_request_.next();
  op.request = last_request_.value;
  list.add(last_request_, std::move(op));
  return last_request_;
}

void session::on_connecting(time_point now, wall_time wall) {
  on_disconnected();
  phase_ = phase::connecting;
  wall_known_at_ = now;
  wall_ = wall;
}

void session::on_connected(time_point now, wall_time wall) {
  if (phase_ == phase::offline) on_connecting(now, wall);
  phase_ = phase::connected;
}

void session::on_disconnected() {
  if (phase_ == phase::offline) return;
  phase_ = phase::offline;
  returned_.reset();
  control_.on_connection_lost();
  for (auto& [lane, each] : conversations_) each.on_connection_lost();
}

bool session::on_message(lane_id lane, byte_view payload, time_point now) {
  if (phase_ == phase::offline) return true;  // what a connection still had when it went
  auto op = decode_relay_op(payload);
  if (!op) return false;
  if (lane == control_lane) return control_.on_op(std::move(*op), events_);
  const auto found = conversations_.find(lane);
  if (found == conversations_.end()) return false;
  std::vector<said_message> decided;
  const auto fresh_id = [this] { return entropy_.draw<16>(); };
  const outbox_id id = found->second.box().id();
  const bool allowed = found->second.on_op(std::move(*op), now, fresh_id, decided, events_);
  settle(lane, decided);
  if (found->second.box().id() != id) keep_new_id(found->second);
  if (!decided.empty() && is_drained()) events_.emplace_back(drained{});
  return allowed;
}

void session::settle(lane_id lane, std::vector<said_message>& decided) {
  for (const said_message& message : decided) {
    budget_.give_back(message.body.size());
    deadlines_.remove({message.deadline, message.id, lane});
    forget(lane, message);
  }
}

void session::forget(lane_id lane, const said_message& decided) {
  outbox& box = conversations_.at(lane).box();
  if (decided.is_kept) {
    const auto change = journal_.add(message_forgotten{box.key(), decided.counter});
    if (change != 0) box.on_forgetting(decided.counter, change);
  }
  if (box.empty()) std::erase(earlier_, lane);
}

void session::keep_new_id(conversation& renewed) {
  outbox& box = renewed.box();
  if (!box.is_given()) box.wait_for(journal_.add(outbox_renewed{box.key(), box.id()}));
}

void session::on_timeout(time_point now) {
  while (const auto due = deadlines_.take_due(now)) expire(*due);
  for (auto& [lane, each] : conversations_) each.on_timeout(now);
}

void session::expire(const deadline_set::due& due) {
  conversation& owner = conversations_.at(due.lane);
  const auto message = owner.box().give_up(due.id);
  if (!message) return;
  budget_.give_back(message->body.size());
  forget(due.lane, *message);
  events_.emplace_back(message_expired{message->id, owner.to(), message->may_arrive()});
  if (is_drained()) events_.emplace_back(drained{});
}

std::optional<session_send> session::poll_send(time_point now) {
  if (phase_ == phase::offline) return std::nullopt;
  if (returned_) return std::exchange(returned_, std::nullopt);
  if (phase_ == phase::connected) {
    if (auto op = control_.poll_send()) return session_send{.lane = control_lane, .payload = encode(*op)};
  }
  // Whoever asked for a name speaks under it: nothing is said, or joined, before the relay has answered.
  return control_.name().is_settled() ? poll_conversations(now) : std::nullopt;
}

std::optional<session_send> session::poll_conversations(time_point now) {
  auto turn = conversations_.upper_bound(last_turn_);
  for (std::size_t left = conversations_.size(); left > 0; --left, ++turn) {
    if (turn == conversations_.end()) turn = conversations_.begin();
    const bool may_say = !waits_for_earlier(turn->first, turn->second);
    auto wish = turn->second.poll_send(now, wall_at(now), phase_ == phase::connecting, may_say);
    if (!wish) continue;
    last_turn_ = turn->first;
    const bool early = std::holds_alternative<bind>(wish->op) || std::holds_alternative<chat::say>(wish->op);
    return session_send{turn->first, encode(wish->op), early, wish->deadline, wish->said};
  }
  return std::nullopt;
}

bool session::waits_for_earlier(lane_id lane, const conversation& own) const {
  for (const lane_id earlier : earlier_) {
    if (earlier == lane) return false;
    if (conversations_.at(earlier).to() == own.to()) return true;
  }
  return false;
}

std::optional<session_event> session::poll_event() {
  if (events_.empty()) return std::nullopt;
  session_event next = std::move(events_.front());
  events_.pop_front();
  return next;
}

std::optional<time_point> session::next_deadline() const {
  std::optional<time_point> soonest = deadlines_.next();
  if (phase_ != phase::connected) return soonest;
  for (const auto& [lane, each] : conversations_) {
    const auto deadline = each.next_deadline();
    if (deadline && (!soonest || *deadline < *soonest)) soonest = deadline;
  }
  return soonest;
}

bool session::awaits_answer() const {
  if (!is_drained() || !control_.name().is_settled() || control_.requests().size() > 0) return true;
  return std::ranges::any_of(conversations_, [](const auto& each) { return each.second.awaits_answer(); });
}

bool session::waits_for_messages() const {
  return std::ranges::any_of(conversations_, [](const auto& each) { return each.second.reading().is_wanted(); });
}

std::optional<cursor> session::cursor_of(const destination& of) const {
  const auto lane = lanes_.find({of});
  return lane ? conversations_.at(*lane).reading().proven() : std::nullopt;
}

conversation* session::open(const destination& to, const std::optional<outbox_id>& given) {
  if (const auto known = lanes_.find({to, given})) return &conversations_.at(*known);
  const auto lane = lanes_.add({to, given});
  if (!lane) return nullptr;
  outbox box{given ? *given : entropy_.draw<16>(), given.has_value()};
  return &conversations_.try_emplace(*lane, to, std::move(box), config_.self, config_.takes_what_arrives).first->second;
}

wall_time session::wall_at(time_point now) const {
  return wall_ + std::chrono::duration_cast<std::chrono::milliseconds>(now - wall_known_at_);
}

time_point session::time_at(wall_time wall) const {
  // Whatever a calendar says: no further than can be counted.
  constexpr std::chrono::milliseconds most = std::chrono::hours{24 * 365 * 10};
  return wall_known_at_ + std::clamp(wall - wall_, -most, most);
}

}  // namespace tern::proto::chat
