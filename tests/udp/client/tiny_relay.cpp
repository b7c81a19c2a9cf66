#include "tests/udp/client/tiny_relay.hpp"

#include "udp/clock.hpp"

#include <gtest/gtest.h>

namespace tern::test {

namespace chat = proto::chat;

namespace {

proto::endpoint_config config_for(const tiny_log& log) {
  proto::endpoint_config config;
  config.relay_key = std::make_shared<const proto::x25519_keypair>(log.key.clone());
  config.next_key = log.next_key;
  return config;
}

}  // namespace

tiny_relay::tiny_relay(const net::any_io_executor& executor, tiny_log& log, const proto::address& at)
    : log_(log), endpoint_(config_for(log), source_, udp::clock::now()), driver_(executor, endpoint_, *this) {
  auto socket = udp::udp_socket::open(at);
  EXPECT_TRUE(socket);
  address_ = socket->local_address();
  driver_.add_socket(std::move(*socket));
}

void tiny_relay::on_event(proto::time_point now, proto::endpoint_event event) {
  if (const auto* in = std::get_if<proto::accepted>(&event)) {
    peers_[in->connection].key = in->client;
    peers_[in->connection].is_dropping = in->early && !takes_early;
    if (in->early) endpoint_.decide_early(in->connection, takes_early, now);
  } else if (const auto* valid = std::get_if<proto::validated>(&event)) {
    peers_[valid->connection].is_dropping = false;
  } else if (const auto* ready = std::get_if<proto::readable>(&event)) {
    take(now, ready->connection);
  } else if (const auto* gone = std::get_if<proto::closed>(&event)) {
    take(now, gone->connection);
    peers_.erase(gone->connection);
  }
}

struct tiny_relay::handler {
  tiny_relay& owner;
  proto::connection_handle connection;
  proto::lane_id lane;

  peer& from() const { return owner.peers_[connection]; }
  std::vector<chat::entry>& rows() const { return owner.log_.rooms[from().lanes[lane].to]; }
  void answer(const chat::relay_op& op) const { owner.send(connection, lane, op); }

  void operator()(const chat::bind& op) const {
    from().lanes[lane] = lane_state{{op.kind, op.destination}, op.outbox, false};
    answer(chat::bound{owner.log_.id, proto::log_position{rows().size()}, op.destination});
  }
  void operator()(const chat::say& op) const { owner.say(connection, lane, op); }
  void operator()(const chat::join& op) const {
    from().lanes[lane].is_joined = true;
    const auto size = rows().size();
    const auto first = op.from ? op.from->position.value : size - std::min<std::size_t>(size, op.backlog_max);
    for (std::size_t i = first; i < size; ++i) answer(rows()[i]);
    answer(chat::live{proto::log_position{size}, {}, false});
  }
  void operator()(const chat::leave&) const { from().lanes[lane].is_joined = false; }
  void operator()(const chat::history& op) const {
    for (auto row : rows()) {
      row.request = op.request;
      answer(row);
    }
    answer(chat::history_end{op.request, false});
  }
  void operator()(const chat::claim_name& op) const {
    from().name = op.name;
    answer(chat::named{op.name});
  }
  void operator()(const chat::who& op) const {
    answer(chat::person{op.request, from().name, from().key.octets});
    answer(chat::list_end{op.request});
  }
  void operator()(const chat::taken&) const {}
  void operator()(const chat::change& op) const {
    answer(chat::failed{op.request, chat::refusal::forbidden, {}, "no rights here"});
  }
  void operator()(const chat::rooms& op) const {
    answer(chat::failed{op.request, chat::refusal::forbidden, {}, "no list here"});
  }
};

void tiny_relay::take(proto::time_point now, proto::connection_handle connection) {
  while (const auto message = endpoint_.receive(connection, now)) {
    if (peers_[connection].is_dropping) continue;
    const auto op = chat::decode_client_op(message->payload);
    ASSERT_TRUE(op);
    std::visit(handler{*this, connection, message->lane}, *op);
  }
}

void tiny_relay::say(proto::connection_handle connection, proto::lane_id lane, const chat::say& op) {
  if (refuses_all) return send(connection, lane, chat::refused{op.counter, *refuses_all, std::chrono::hours{1}, {}});
  peer& from = peers_[connection];
  const lane_state& bound = from.lanes[lane];
  auto& rows = log_.rooms[bound.to];
  const auto next = proto::log_position{rows.size() + 1};
  const auto [decided, is_fresh] = log_.decided.try_emplace({from.key, bound.outbox, op.counter}, next);
  if (is_fresh) {
    chat::entry row;
    row.position = next;
    row.sender = from.key.octets;
    row.sender_name = from.name;
    row.kind = op.kind;
    row.body = op.body;
    rows.push_back(row);
    for (const auto& [other, each] : peers_) {
      for (const auto& [its_lane, its_state] : each.lanes) {
        if (its_state.is_joined && its_state.to == bound.to) send(other, its_lane, row);
      }
    }
  }
  if (commits_kept_back > 0) {
    --commits_kept_back;
    return;
  }
  send(connection, lane, chat::committed{op.counter, decided->second, {}, !is_fresh});
}

void tiny_relay::send(proto::connection_handle connection, proto::lane_id lane, const chat::relay_op& op) {
  (void)endpoint_.send(connection, lane, chat::encode(op), {}, udp::clock::now());
}

}  // namespace tern::test
