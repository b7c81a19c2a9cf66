#include "udp/listener/listener_core.hpp"

#include "proto/error.hpp"
#include "proto/utf8.hpp"
#include "udp/clock.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace tern::udp {

namespace {

namespace chat = proto::chat;

constexpr std::string_view not_a_relay = "this is a listener, not a relay";

listener_options with_key(listener_options options) {
  if (!options.key) {
    system_entropy source;
    options.key = std::make_shared<const proto::x25519_keypair>(proto::x25519_keypair::draw(source));
  }
  return options;
}

proto::endpoint_config config_for(const listener_options& options) {
  proto::endpoint_config config;
  config.relay_key = options.key;
  config.connections_max = options.connections_max;
  return config;
}

}  // namespace

listener_core::listener_core(net::any_io_executor executor, listener_options options)
    : executor_(std::move(executor)),
      options_(with_key(std::move(options))),
      endpoint_(config_for(options_), source_, clock::now()),
      driver_(executor_, endpoint_, *this),
      log_(source_.draw<16>()) {}

listener_core::message_slot listener_core::receive() {
  auto waits = std::make_shared<result_slot<listened_message>>(executor_);
  if (!waiting_.empty()) {
    waits->set({}, std::move(waiting_.front()));
    waiting_.pop_front();
  } else if (is_closed_) {
    waits->set(make_error_code(proto::errc::closed), {});
  } else {
    receivers_.push_back(waits);
  }
  return waits;
}

void listener_core::confirm(std::uint64_t ticket) {
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) return;
  const auto state = found->second;
  tickets_.erase(found);
  head_ = head_.next();
  memory_.on_committed(state.from, state.counter, head_);
  const chat::committed receipt{state.counter, head_, clock::wall(), false};
  // To wherever the sender is now; it may have come back on another connection.
  for (const auto& [connection, each] : peers_) {
    if (each.key != state.from.sender) continue;
    for (const auto& [lane, bound] : each.lanes) {
      if (bound.outbox == state.from.outbox) reply(clock::now(), connection, lane, receipt);
    }
  }
  driver_.wake();
}

void listener_core::close() {
  if (std::exchange(is_closed_, true)) return;
  const auto now = clock::now();
  for (const auto& [connection, each] : peers_) {
    endpoint_.close(connection, proto::close_code::going_away, {}, now, proto::duration::zero());
  }
  for (const auto& waits : std::exchange(receivers_, {})) waits->set(make_error_code(proto::errc::closed), {});
  driver_.wake();
}

void listener_core::on_event(proto::time_point now, proto::endpoint_event event) {
  std::visit([&](const auto& what) { on(now, what); }, event);
}

void listener_core::on(proto::time_point now, const proto::accepted& event) {
  if (is_closed_) {
    endpoint_.abort(event.connection, proto::close_code::going_away, {}, now);
    return;
  }
  peer& from = peers_[event.connection];
  from.key = event.client;
  // There is no durable table of what was taken, so what anyone may have replayed is not
  // taken: the client sends it again under the transport keys.
  from.is_dropping = event.early;
  if (event.early) endpoint_.decide_early(event.connection, false, now);
}

void listener_core::on(proto::time_point, const proto::validated& event) {
  const auto found = peers_.find(event.connection);
  if (found != peers_.end()) found->second.is_dropping = false;
}

void listener_core::on(proto::time_point now, const proto::readable& event) {
  const auto found = peers_.find(event.connection);
  if (found == peers_.end()) return;
  found->second.has_unread = true;
  take_messages(now, found->first, found->second);
}

void listener_core::on(proto::time_point now, const proto::closed& event) {
  const auto found = peers_.find(event.connection);
  if (found == peers_.end()) return;
  take_messages(now, found->first, found->second);
  peers_.erase(found);
}

void listener_core::on_turn(proto::time_point now) {
  for (auto& [connection, each] : peers_) {
    if (each.has_unread && has_room()) take_messages(now, connection, each);
  }
}

void listener_core::take_messages(proto::time_point now, handle connection, peer& from) {
  while (from.has_unread && (from.is_dropping || has_room())) {
    const auto message = endpoint_.receive(connection, now);
    if (!message) {
      from.has_unread = false;
    } else if (!from.is_dropping && !take(now, connection, from, *message)) {
      from.has_unread = false;
      endpoint_.abort(connection, proto::close_code::protocol_error, {}, now);
    }
  }
}

struct listener_core::operation_handler {
  listener_core& owner;
  proto::time_point now;
  handle connection;
  peer& from;
  proto::lane_id lane;

  void answer(const chat::relay_op& op) const { owner.reply(now, connection, lane, op); }

  bool operator()(const chat::bind& op) const {
    if (lane == chat::control_lane) return false;
    from.lanes[lane] = bound_lane{{op.kind, op.destination}, op.outbox};
    owner.memory_.on_floor({from.key, op.outbox}, op.floor);
    answer(chat::bound{owner.log_, owner.head_, op.kind == chat::destination_kind::person_key ? "" : op.destination});
    return true;
  }
  bool operator()(const chat::say& op) const {
    const auto bound = from.lanes.find(lane);
    if (bound == from.lanes.end()) return false;
    const commit_memory::source source{from.key, bound->second.outbox};
    if (op.kind == chat::body_kind::text && !proto::is_valid_utf8(proto::as_text(op.body))) {
      answer(chat::refused{op.counter, chat::refusal::bad_text, {}, {}});
      return true;
    }
    const auto verdict = owner.memory_.on_message(source, op.counter);
    switch (verdict.what) {
      case commit_memory::state::fresh:
        hand_over(op, bound->second, source);
        break;
      case commit_memory::state::committed:
        answer(chat::committed{op.counter, verdict.position, clock::wall(), true});
        break;
      case commit_memory::state::forgotten:
        answer(chat::refused{op.counter, chat::refusal::stale, {}, {}});
        break;
      case commit_memory::state::pending:
        break;  // COMMITTED follows when the application confirms
    }
    return true;
  }
  bool operator()(const chat::join&) const {
    answer(chat::failed{0, chat::refusal::forbidden, {}, std::string{not_a_relay}});
    return true;
  }
  bool operator()(const chat::leave&) const { return true; }
  bool operator()(const chat::taken&) const { return true; }
  bool operator()(const chat::claim_name& op) const {
    answer(chat::named{op.name});
    return true;
  }
  template <class Request>  // history, who, rooms, change
  bool operator()(const Request& op) const {
    answer(chat::failed{op.request, chat::refusal::forbidden, {}, std::string{not_a_relay}});
    return true;
  }

  void hand_over(const chat::say& op, const bound_lane& bound, const commit_memory::source& source) const {
    listened_message message;
    message.sender = from.key;
    const auto path = owner.endpoint_.current_path(connection);
    if (path) message.from = path->remote;
    message.to = bound.to;
    message.kind = op.kind;
    message.body = op.body;
    owner.hand_over(std::move(message), {source, op.counter});
  }
};

bool listener_core::take(proto::time_point now, handle connection, peer& from, const proto::received_message& message) {
  const auto op = chat::decode_client_op(message.payload);
  if (!op) return false;
  const operation_handler handler{*this, now, connection, from, message.lane};
  return std::visit(handler, *op);
}

void listener_core::reply(proto::time_point now, handle connection, proto::lane_id lane, const chat::relay_op& op) {
  if (endpoint_.send(connection, lane, chat::encode(op), {}, now)) return;
  // It takes no answers and asks on: there is no bound to what it would be owed.
  endpoint_.abort(connection, proto::close_code::busy, {}, now);
}

void listener_core::hand_over(listened_message message, const ticket_state& state) {
  message.ticket = ++last_ticket_;
  tickets_.emplace(message.ticket, state);
  while (!receivers_.empty()) {
    const auto waits = std::move(receivers_.front());
    receivers_.pop_front();
    if (!waits->is_abandoned()) return waits->set({}, std::move(message));
  }
  waiting_.push_back(std::move(message));
}

}  // namespace tern::udp
