#include "proto/chat/session.hpp"

#include <algorithm>
#include <utility>

#include "proto/error.hpp"
#include "proto/limits.hpp"

namespace tern::proto::chat {

session::session(const session_config& config) : config_(config), outbox_(config.limits, config.outbox) {}

session::channel* session::find_channel(const destination& to) {
  for (auto& [index, candidate] : channels_)
    if (candidate.to == to) return &candidate;
  return nullptr;
}

session::channel* session::find_channel(std::uint64_t lane_index) {
  const auto found = channels_.find(lane_index);
  return found == channels_.end() ? nullptr : &found->second;
}

tl::expected<session::channel*, std::error_code> session::open_channel(const destination& to) {
  if (channel* known = find_channel(to)) return known;
  if (channels_.size() >= config_.destinations_max) return tl::unexpected(make_error_code(errc::queue_full));
  const std::uint64_t index = ++last_lane_index_;
  channel fresh;
  fresh.to = to;
  fresh.lane_index = index;
  return &channels_.emplace(index, std::move(fresh)).first->second;
}

tl::expected<std::uint64_t, std::error_code> session::say(const destination& to, body_kind kind, bytes body,
                                                          const say_options& options, time_point now) {
  if (body.size() + say_overhead_max > limits::message_bytes_max_default)
    return tl::unexpected(make_error_code(errc::message_too_big));
  if (const auto opened = open_channel(to); !opened) return tl::unexpected(opened.error());
  return outbox_.add(to, kind, std::move(body), options.deadline, now);
}

tl::expected<void, std::error_code> session::join(const destination& to, const join_options& options) {
  const auto opened = open_channel(to);
  if (!opened) return tl::unexpected(opened.error());
  channel& joined = **opened;
  joined.wants_join = true;
  joined.join_due = true;
  joined.leave_due = false;
  joined.joined_with = options;
  if (options.from) joined.shown = room_cursor{*options.from};
  return {};
}

void session::leave(const destination& from) {
  channel* left = find_channel(from);
  if (left == nullptr || !left->wants_join) return;
  left->wants_join = false;
  left->join_due = false;
  left->leave_due = connected_ && left->is_bound_here;
}

void session::claim_name(std::string name, std::string fallback) {
  wanted_name_ = std::move(name);
  fallback_name_ = std::move(fallback);
  asked_name_ = wanted_name_;
  name_due_ = connected_ && !asked_name_.empty();
}

tl::expected<std::uint64_t, std::error_code> session::ask(std::uint64_t lane_index, client_op op) {
  if (requests_.size() >= config_.requests_max) return tl::unexpected(make_error_code(errc::queue_full));
  request fresh;
  fresh.op = std::move(op);
  fresh.lane_index = lane_index;
  requests_.emplace(last_request_, std::move(fresh));
  return last_request_;
}

tl::expected<std::uint64_t, std::error_code> session::ask_history(const destination& of, history query) {
  const auto opened = open_channel(of);
  if (!opened) return tl::unexpected(opened.error());
  query.request = ++last_request_;
  return ask((*opened)->lane_index, query);
}

tl::expected<std::uint64_t, std::error_code> session::ask_who(const destination& in) {
  const auto opened = open_channel(in);
  if (!opened) return tl::unexpected(opened.error());
  const who query{++last_request_};
  return ask((*opened)->lane_index, query);
}

tl::expected<std::uint64_t, std::error_code> session::ask_rooms() {
  const rooms query{++last_request_};
  return ask(control_lane.index(), query);
}

void session::on_connected(time_point now, wall_time wall) {
  connected_ = true;
  connected_at_ = now;
  connected_wall_ = wall;
  asked_name_ = wanted_name_;
  name_due_ = !asked_name_.empty();
}

void session::on_disconnected() {
  connected_ = false;
  name_due_ = false;
  outbox_.unsend_all();
  for (auto& [index, lost] : channels_) {
    lost.is_bound_here = false;
    lost.join_due = lost.wants_join;
    lost.leave_due = false;
  }
  for (auto& [id, lost] : requests_) {
    lost.is_sent = false;
    lost.entries.clear();
    lost.gaps.clear();
    lost.people.clear();
    lost.rooms.clear();
  }
}

void session::on_timeout(time_point now) {
  for (auto& [counter, message] : outbox_.expire(now))
    tell(message_expired{counter, message.to, message.was_ever_sent});
  for (auto& [index, waiting] : channels_)
    if (waiting.paused_until && now >= *waiting.paused_until) waiting.paused_until.reset();
  tell_if_drained();
}

std::optional<time_point> session::next_deadline() const {
  std::optional<time_point> earliest = outbox_.next_deadline();
  for (const auto& [index, waiting] : channels_)
    if (waiting.paused_until && (!earliest || *waiting.paused_until < *earliest)) earliest = waiting.paused_until;
  return earliest;
}

std::optional<session_event> session::poll_event() {
  if (events_.empty()) return std::nullopt;
  session_event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<session_send> session::poll_send(time_point now) {
  if (!connected_) return std::nullopt;
  // Messages of destinations that are not joined come first: they may ride in the
  // INITIAL, which a name claim or a join may not.
  for (const bool early : {true, false}) {
    if (!early && std::exchange(name_due_, false))
      return session_send{control_lane, encode(client_op{proto::chat::claim_name{asked_name_}}), false, std::nullopt};
    for (auto& [index, candidate] : channels_) {
      if (is_early(candidate) != early) continue;
      if (auto next = next_for(candidate, now)) return next;
    }
  }
  for (auto& [index, candidate] : channels_)
    if (candidate.is_bound_here)
      if (auto next = next_request(index)) return next;
  return next_request(control_lane.index());
}

std::optional<session_send> session::next_for(channel& of, time_point now) {
  const bool paused = of.paused_until && now < *of.paused_until;
  const auto counter = paused ? std::nullopt : outbox_.next_for(of.to);
  const bool asked = std::any_of(requests_.begin(), requests_.end(), [&](const auto& entry) {
    return entry.second.lane_index == of.lane_index && !entry.second.is_sent;
  });
  if (!of.is_bound_here) {
    if (!counter && !of.join_due && !asked) return std::nullopt;
    of.is_bound_here = true;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - connected_at_);
    return make_send(of, bind{of.to.kind, of.to.name, outbox_.id(), outbox_.floor(), connected_wall_ + elapsed});
  }
  if (std::exchange(of.leave_due, false)) return make_send(of, proto::chat::leave{});
  if (std::exchange(of.join_due, false)) {
    proto::chat::join op;
    op.from = of.shown.place();
    op.announce = of.joined_with.announce;
    op.backlog_max = of.joined_with.backlog_max;
    return make_send(of, op);
  }
  if (!counter) return std::nullopt;
  const outbox_message& message = *outbox_.find(*counter);
  outbox_.mark_sent(*counter);
  session_send send = make_send(of, proto::chat::say{*counter, message.kind, message.body});
  send.deadline = message.own_deadline;
  return send;
}

std::optional<session_send> session::next_request(std::uint64_t lane_index) {
  for (auto& [id, waiting] : requests_) {
    if (waiting.lane_index != lane_index || waiting.is_sent) continue;
    waiting.is_sent = true;
    const lane_id lane = lane_index == control_lane.index() ? control_lane : destination_lane(lane_index);
    return session_send{lane, encode(waiting.op), false, std::nullopt};
  }
  return std::nullopt;
}

session_send session::make_send(const channel& of, const client_op& op) const {
  return session_send{destination_lane(of.lane_index), encode(op), is_early(of), std::nullopt};
}

bool session::waits_for_messages() const {
  return std::any_of(channels_.begin(), channels_.end(), [](const auto& entry) { return entry.second.wants_join; });
}

std::optional<cursor> session::cursor_of(const destination& in) const {
  for (const auto& [index, candidate] : channels_)
    if (candidate.to == in) return candidate.shown.place();
  return std::nullopt;
}

void session::tell_if_drained() {
  if (outbox_.empty()) tell(drained{});
}

// What the relay says on one lane. `on` is null on the control lane.
struct session::relay_op_handler {
  session& self;
  channel* on;
  time_point now;
  // The operation does not belong on this lane, or to nothing we asked.
  bool misplaced = false;

  void operator()(const bound& op) {
    if (on == nullptr) return misplace();
    on->log = op.log;
    self.tell(destination_bound{on->to, op});
  }
  void operator()(const unbound& op) {
    if (on == nullptr) return misplace();
    if (is_temporary(op.reason)) {
      on->is_bound_here = false;
      on->join_due = on->wants_join;
      on->paused_until = now + op.retry_after;
      return;
    }
    self.tell(destination_refused{on->to, op});
    on->wants_join = false;
    while (const auto counter = self.outbox_.oldest_for(on->to)) {
      self.outbox_.decide(*counter);
      self.tell(message_refused{*counter, on->to, refused{*counter, op.reason, op.retry_after, op.text}});
    }
    self.tell_if_drained();
  }
  void operator()(const committed& op) {
    if (on == nullptr) return misplace();
    if (const auto message = self.outbox_.decide(op.counter)) {
      self.tell(message_committed{op.counter, message->to, op});
      self.tell_if_drained();
    }
  }
  void operator()(const refused& op) {
    if (on == nullptr) return misplace();
    const outbox_message* message = self.outbox_.find(op.counter);
    // Refusals of what was already taken back for a retry say nothing new.
    if (message == nullptr || !message->is_sent) return;
    if (is_temporary(op.reason)) {
      self.outbox_.unsend_from(op.counter);
      on->paused_until = now + op.retry_after;
      return self.tell(message_delayed{op.counter, on->to, op});
    }
    self.outbox_.decide(op.counter);
    self.tell(message_refused{op.counter, on->to, op});
    self.tell_if_drained();
  }
  void operator()(const entry& op) {
    if (op.request != 0) {
      if (request* asked = find_request(op.request)) asked->entries.push_back(op);
      return;
    }
    if (on == nullptr || !on->log) return misplace();
    const room_cursor::verdict verdict = on->shown.on_entry(*on->log, op);
    if (verdict.missing) self.tell(gap_found{on->to, *verdict.missing});
    if (verdict.is_new) self.tell(entry_received{on->to, op, *on->log, op.sender == self.config_.self});
  }
  void operator()(const presence& op) {
    if (on == nullptr) return misplace();
    self.tell(presence_changed{on->to, op});
  }
  void operator()(const gap& op) {
    if (op.request != 0) {
      if (request* asked = find_request(op.request)) asked->gaps.push_back(op);
      return;
    }
    if (on == nullptr || !on->log) return misplace();
    if (on->shown.on_gap(*on->log, op)) self.tell(gap_found{on->to, op});
  }
  void operator()(const live& op) {
    if (on == nullptr || !on->log) return misplace();
    on->shown.on_live(*on->log, op);
    self.tell(became_live{on->to, op});
  }
  void operator()(const new_epoch& op) {
    if (on == nullptr) return misplace();
    on->log = op.log;
    on->shown.on_new_epoch();
    self.tell(epoch_changed{on->to, op});
  }
  void operator()(const delivered& op) {
    if (on == nullptr) return misplace();
    self.tell(delivered_up_to{on->to, op.position});
  }
  void operator()(const named& op) {
    if (on != nullptr) return misplace();
    self.name_ = op.name;
    self.tell(name_given{op.name, self.wanted_name_});
  }
  void operator()(const failed& op) {
    if (op.request != 0) {
      if (self.requests_.erase(op.request) != 0) self.tell(request_failed{op.request, op});
      return;
    }
    if (on != nullptr) return self.tell(destination_refused{on->to, unbound{op.reason, op.retry_after, op.text}});
    self.tell(name_refused{self.asked_name_, op});
    if (self.fallback_name_.empty() || self.asked_name_ == self.fallback_name_) return;
    self.asked_name_ = self.fallback_name_;
    self.name_due_ = true;
  }
  void operator()(const person& op) {
    if (request* asked = find_request(op.request)) asked->people.push_back(op);
  }
  void operator()(const room_info& op) {
    if (request* asked = find_request(op.request)) asked->rooms.push_back(op);
  }
  void operator()(const history_end& op) {
    if (auto asked = take_request(op.request); asked && on != nullptr)
      self.tell(history_page{op.request, on->to, std::move(asked->entries), std::move(asked->gaps), op.more});
  }
  void operator()(const list_end& op) {
    auto asked = take_request(op.request);
    if (!asked) return;
    if (on != nullptr)
      self.tell(people_listed{op.request, on->to, std::move(asked->people)});
    else
      self.tell(rooms_listed{op.request, std::move(asked->rooms)});
  }

 private:
  void misplace() { misplaced = true; }
  request* find_request(std::uint64_t id) {
    const auto found = self.requests_.find(id);
    return found == self.requests_.end() ? nullptr : &found->second;
  }
  std::optional<request> take_request(std::uint64_t id) {
    auto node = self.requests_.extract(id);
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
  }
};

tl::expected<void, op_error> session::on_message(lane_id lane, byte_view payload, time_point now) {
  auto op = decode_relay_op(payload);
  if (!op) return tl::unexpected(op.error());
  channel* on = lane.index() == control_lane.index() ? nullptr : find_channel(lane.index());
  if (on == nullptr && lane.index() != control_lane.index()) return tl::unexpected(op_error::bad_value);
  relay_op_handler handler{*this, on, now};
  std::visit(handler, *op);
  if (handler.misplaced) return tl::unexpected(op_error::bad_value);
  return {};
}

}  // namespace tern::proto::chat
