#include "tests/relay/text/text_world.hpp"

#include <gtest/gtest.h>

namespace tern::relay::testing {

namespace {

proto::wall_time wall() { return proto::wall_time{std::chrono::milliseconds{1'700'000'000'000}}; }

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;  // clang 14 does not deduce aggregates

}  // namespace

text_world::text_world(const text_limits& limits, const hub_limits& hub_rules)
    : hub_(store_.snapshot(), hub_rules, entropy_), gateway_(hub_, limits, entropy_, log_, {[] {}, &wall}) {
  gateway_.start(now_);
  settle();
}

peer_id text_world::enter(const proto::address& from) {
  const auto entered = gateway_.enter(
      from, [] {}, now_);
  if (!entered) refusal = entered.error();
  if (!entered) return peer_id{};
  readers_[*entered] = true;
  settle();
  return *entered;
}

peer_id text_world::settled_visitor() {
  const peer_id visitor = enter();
  advance(std::chrono::seconds{1});
  screen(visitor);
  return visitor;
}

void text_world::type(peer_id visitor, std::string_view bytes) {
  gateway_.on_bytes(visitor, proto::as_bytes(bytes), now_);
  settle();
}

void text_world::end_input(peer_id visitor) {
  gateway_.on_end(visitor, now_);
  settle();
}

void text_world::leave(peer_id visitor) {
  gateway_.leave(visitor, now_);
  readers_.erase(visitor);
  settle();
}

void text_world::read_again(peer_id visitor) {
  readers_[visitor] = true;
  settle();
}

std::string text_world::screen(peer_id visitor) { return std::exchange(screens_[visitor], {}); }

std::string text_world::datagram(std::string_view text) {
  answers_.clear();
  gateway_.on_datagram(
      proto::as_bytes(text), [this](std::string answer) { answers_.push_back(std::move(answer)); }, now_);
  settle();
  EXPECT_LE(answers_.size(), 1U);
  return answers_.empty() ? "" : answers_.front();
}

void text_world::advance(proto::duration time) {
  const proto::time_point end = now_ + time;
  for (;;) {
    auto due = hub_.next_deadline();
    if (const auto text = gateway_.next_deadline(); text && (!due || *text < *due)) due = text;
    if (!due || *due > end) break;
    now_ = std::max(now_, *due);
    if (hub_.next_deadline() && *hub_.next_deadline() <= now_) hub_.on_timeout(now_);
    gateway_.on_timeout(now_);
    settle();
  }
  now_ = end;
}

void text_world::settle() {
  for (bool moved = true; moved;) {
    moved = false;
    while (auto wish = hub_.poll_action()) {
      carry_out(*wish);
      moved = true;
    }
    for (const auto& [visitor, reads] : readers_) {
      if (!reads) continue;
      const std::string shown = gateway_.take_output(visitor, now_);
      screens_[visitor] += shown;
      moved |= !shown.empty();
    }
    if (!store_runs_ || !store_.has_work()) continue;
    std::visit(overloaded{[this](const append_result& result) { hub_.on_committed(result, now_); },
                          [this](const name_result& result) { hub_.on_named(result, now_); },
                          [this](const rules_result& result) { hub_.on_rules(result, now_); },
                          [this](const read_result& result) { hub_.on_rows(result); }},
               store_.step());
    moved = true;
  }
}

void text_world::carry_out(action& wish) {
  std::visit(overloaded{[this](deliver& message) {
                          if (!text_gateway::is_text(message.peer)) return on_anna(message);
                          if (!gateway_.deliver(message, now_)) hub_.on_blocked(std::move(message));
                        },
                        [this](commit& asked) { store_.hand_over(std::move(asked.request)); },
                        [this](commit_name& asked) { store_.hand_over(std::move(asked.request)); },
                        [this](commit_rules& asked) { store_.hand_over(std::move(asked.request)); },
                        [this](read& asked) { store_.hand_over(asked.request); }, [](early_verdict&) {},
                        [this](resume& again) { gateway_.resume(again.peer, now_); },
                        [this](tern::relay::disconnect& gone) { gateway_.dismiss(gone.peer, gone.reason); }},
             wish);
}

void text_world::connect_anna(std::string room) {
  client_key key{};
  key.fill(1);
  hub_.on_connected(anna, key, false, {}, now_);
  const auto tell = [this](proto::lane_id lane, const chat::client_op& op) {
    hub_.on_message(anna, lane, chat::encode(op), now_, wall());
    settle();
  };
  tell(chat::control_lane, chat::claim_name{"anna"});
  tell(chat::destination_lane(1), chat::bind{.destination = std::move(room), .client_time = wall()});
  tell(chat::destination_lane(1), chat::join{});
  advance(std::chrono::seconds{1});
}

void text_world::anna_changes(chat::change wish) {
  wish.request = 1;
  hub_.on_message(anna, chat::destination_lane(1), chat::encode(chat::client_op{std::move(wish)}), now_, wall());
  settle();
}

void text_world::anna_says(std::string_view text) {
  const auto body = proto::as_bytes(text);
  const chat::say op{anna_counter_++, chat::body_kind::text, {body.begin(), body.end()}};
  hub_.on_message(anna, chat::destination_lane(1), chat::encode(chat::client_op{op}), now_, wall());
  settle();
}

void text_world::on_anna(const deliver& message) {
  auto op = chat::decode_relay_op(*message.message);
  ASSERT_TRUE(op.has_value());
  if (const auto* entry = std::get_if<chat::entry>(&*op)) heard_.push_back(*entry);
  if (const auto* told = std::get_if<chat::delivered>(&*op)) delivered_ = told->position.value;
}

std::vector<std::string> text_world::heard_by_anna() {
  std::vector<std::string> lines;
  for (const auto& entry : heard_) lines.push_back(entry.sender_name + ": " + std::string{proto::as_text(entry.body)});
  heard_.clear();
  return lines;
}

}  // namespace tern::relay::testing
