#include "tests/relay/hub/world.hpp"

#include <gtest/gtest.h>

namespace tern::relay::testing {

namespace {
template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;  // clang 14 does not deduce aggregates
}  // namespace

hub_limits roomy_limits() {
  hub_limits limits;
  limits.key_messages_rate = 0;
  limits.key_bytes_rate = 0;
  limits.room_messages_rate = 0;
  limits.prefix_guest_messages_rate = 0;
  limits.prefix_guest_bytes_rate = 0;
  limits.prefix_guest_logs = 0;
  limits.prefix_guest_names = 0;
  limits.prefix_guest_open_rooms = 0;
  limits.prefix_guest_denials = 0;
  limits.early_guest_messages_rate = 0;
  return limits;
}

hub_limits slow_key_limits(std::uint64_t burst) {
  hub_limits limits = roomy_limits();
  limits.key_messages_rate = 1;
  limits.key_messages_burst = burst;
  return limits;
}

world::world(const hub_limits& limits) : limits_(limits) { restart(); }

client_key world::key(std::uint8_t person) {
  client_key key{};
  key.fill(person);
  return key;
}

peer_id world::connect(std::uint8_t person, bool provisional, const address_prefix& from) {
  last_peer_ = last_peer_.next();
  hub_->on_connected(last_peer_, key(person), provisional, from, now_);
  drain_actions();
  return last_peer_;
}

peer_id world::connect_text(const address_prefix& from) {
  last_peer_ = last_peer_.next();
  hub_->on_text_connected(last_peer_, from, now_);
  return last_peer_;
}

void world::disconnect(peer_id id) {
  hub_->on_disconnected(id, now_);
  drain_actions();
}

void world::send(peer_id from, proto::lane_id lane, const chat::client_op& op) {
  hub_->on_message(from, lane, chat::encode(op), now_, wall_);
  drain_actions();
}

void world::bind_room(peer_id from, std::uint64_t lane_index, std::string room, std::uint8_t outbox) {
  chat::bind op{.kind = chat::destination_kind::room, .destination = std::move(room)};
  op.outbox.fill(outbox);
  op.client_time = wall_;
  send(from, lane(lane_index), op);
}

void world::say(peer_id from, std::uint64_t lane_index, std::uint64_t counter, std::string_view text) {
  const auto body = proto::as_bytes(text);
  send(from, lane(lane_index), chat::say{counter, chat::body_kind::text, {body.begin(), body.end()}});
}

void world::join(peer_id from, std::uint64_t lane_index, const chat::join& op) { send(from, lane(lane_index), op); }

void world::settle(std::size_t store_steps) {
  drain_actions();
  while (store_steps-- > 0 && store_step()) {
  }
}

bool world::store_step() {
  if (!store_.has_work()) return false;
  std::visit(overloaded{[this](const append_result& result) { hub_->on_committed(result, now_); },
                        [this](const name_result& result) { hub_->on_named(result, now_); },
                        [this](const rules_result& result) { hub_->on_rules(result, now_); },
                        [this](const read_result& result) { hub_->on_rows(result); }},
             store_.step());
  drain_actions();
  return true;
}

void world::advance(proto::duration time) {
  const proto::time_point end = now_ + time;
  wall_ += std::chrono::duration_cast<std::chrono::milliseconds>(time);
  while (hub_->next_deadline() && *hub_->next_deadline() <= end) {
    now_ = std::max(now_, *hub_->next_deadline());
    hub_->on_timeout(now_);
    settle();
  }
  now_ = end;
}

void world::unblock(peer_id id) {
  blocked_[id] = false;
  hub_->on_writable(id);
  drain_actions();
}

void world::restart() {
  store_.forget_requests();
  hub_ = std::make_unique<hub>(store_.snapshot(), limits_, entropy_);
  heard_.clear();
}

void world::drain_actions() {
  while (auto wish = hub_->poll_action()) carry_out(std::move(*wish));
}

void world::carry_out(action wish) {
  std::visit(overloaded{[this](deliver& message) { on_deliver(std::move(message)); },
                        [this](commit& asked) { store_.hand_over(std::move(asked.request)); },
                        [this](commit_name& asked) { store_.hand_over(std::move(asked.request)); },
                        [this](commit_rules& asked) { store_.hand_over(std::move(asked.request)); },
                        [this](read& asked) { store_.hand_over(asked.request); },
                        [this](early_verdict& verdict) { verdicts.push_back(verdict); },
                        [this](resume& again) { resumed.push_back(again.peer); },
                        [this](tern::relay::disconnect& gone) { disconnects.push_back(std::move(gone)); }},
             wish);
}

void world::on_deliver(deliver message) {
  if (blocked_[message.peer]) {
    hub_->on_blocked(std::move(message));
    return;
  }
  auto op = chat::decode_relay_op(*message.message);
  ASSERT_TRUE(op.has_value()) << "the hub said something that the codec does not know";
  heard_[message.peer].push_back({message.lane, std::move(*op)});
}

std::vector<std::string> world::entries(peer_id id) {
  std::vector<std::string> texts;
  for (const auto& entry : all<chat::entry>(id)) {
    if (entry.request == 0) texts.emplace_back(proto::as_text(entry.body));
  }
  return texts;
}

std::vector<std::uint64_t> world::positions(peer_id id) {
  std::vector<std::uint64_t> found;
  for (const auto& entry : all<chat::entry>(id)) {
    if (entry.request == 0) found.push_back(entry.position.value);
  }
  return found;
}

}  // namespace tern::relay::testing
