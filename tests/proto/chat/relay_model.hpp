// The least relay that keeps the chat layer's promises, for driving sessions: logs, dedup by (outbox, counter), the
// gate behind a refusal for now, backlog and live entries. One connection a session; what is on the way is lost with
// it. Not the hub: no limits, names or rights, and everything is durable at once.
#pragma once

#include "proto/chat/session.hpp"
#include "proto/random.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace tern::proto::chat {

inline chain_tag chain_of(log_position position) {
  chain_tag chain{};
  for (std::size_t i = 0; i < chain.size(); ++i) chain[i] = static_cast<std::uint8_t>(position.value >> (8 * i));
  chain[7] ^= 0x5a;
  return chain;
}

class relay_model {
 public:
  struct log {
    log_id id{};
    std::vector<entry> rows;  // position 1 is rows[0]
  };
  struct link {  // one client's connection
    key_bytes key{};
    struct lane_state {
      bind bound;
      std::optional<std::uint64_t> refused;
      std::optional<log_position> next;  // joined: the first one not sent
    };
    std::map<lane_id, lane_state> lanes;
    std::deque<std::pair<lane_id, bytes>> up;
    std::deque<std::pair<lane_id, bytes>> down;
  };

  explicit relay_model(std::uint64_t seed) : dice_(seed) {}

  double refuse_for_now = 0;  // chance for each SAY
  std::size_t says = 0;       // SAYs that arrived, repetitions included

  log& log_of(const destination& to) {
    auto [found, is_new] = logs_.try_emplace(to);
    if (is_new) found->second.id.fill(static_cast<std::uint8_t>(logs_.size()));
    return found->second;
  }
  // As if the log were another one from here on.
  void recreate(const destination& to) {
    log& old = log_of(to);
    old.rows.clear();
    old.id[0] ^= 0xff;
  }
  // Whoever has this key said something else under that number already.
  void occupy(const outbox_id& id, std::uint64_t counter) { decided_[{id, counter}] = {log_position{0}, {}}; }

  // Takes one message that is on its way up. Precondition: there is one.
  void take_up(link& from) {
    const auto [lane, payload] = std::move(from.up.front());
    from.up.pop_front();
    const auto op = decode_client_op(payload);
    ASSERT_TRUE(op.has_value());
    if (lane == control_lane) return on_control(from, *op);
    if (const auto* first = std::get_if<bind>(&*op)) return on_bind(from, lane, *first);
    const auto bound = from.lanes.find(lane);
    ASSERT_NE(bound, from.lanes.end()) << "the first operation of a lane is BIND";
    on_destination(from, lane, bound->second, *op);
  }
  // What every joined lane of the connection is owed.
  void publish(link& to) {
    for (auto& [lane, state] : to.lanes) {
      if (!state.next) continue;
      const log& source = log_of(target(state));
      for (; state.next->value <= source.rows.size(); state.next = state.next->next()) {
        answer(to, lane, source.rows[state.next->value - 1]);
      }
    }
  }
  static void answer(link& to, lane_id lane, const relay_op& op) { to.down.emplace_back(lane, encode(op)); }

 private:
  struct decision {
    log_position position;
    bytes body;
  };

  static destination target(const link::lane_state& state) { return {state.bound.kind, state.bound.destination}; }

  void on_control(link& from, const client_op& op) {
    if (const auto* claim = std::get_if<claim_name>(&op)) answer(from, control_lane, named{claim->name});
    if (const auto* list = std::get_if<rooms>(&op)) {
      answer(from, control_lane, room_info{list->request, "lobby", 2});
      answer(from, control_lane, list_end{list->request});
    }
  }
  void on_bind(link& from, lane_id lane, const bind& op) {
    link::lane_state& state = from.lanes[lane];
    if (state.bound.outbox != op.outbox || (state.refused && *state.refused < op.floor)) state.refused.reset();
    state.bound = op;
    const log& target_log = log_of(target(state));
    answer(from, lane, bound{target_log.id, log_position{target_log.rows.size()}, op.destination});
  }
  void on_destination(link& from, lane_id lane, link::lane_state& state, const client_op& op) {
    if (const auto* said = std::get_if<say>(&op)) return on_say(from, lane, state, *said);
    if (const auto* wish = std::get_if<join>(&op)) return on_join(from, lane, state, *wish);
    if (std::holds_alternative<leave>(op)) state.next.reset();
    if (const auto* wish = std::get_if<history>(&op)) {
      for (entry row : log_of(target(state)).rows) {
        row.request = wish->request;
        answer(from, lane, row);
      }
      answer(from, lane, history_end{wish->request, false});
    }
    if (const auto* wish = std::get_if<who>(&op)) {
      answer(from, lane, person{wish->request, "anna", from.key});
      answer(from, lane, list_end{wish->request});
    }
  }
  void on_say(link& from, lane_id lane, link::lane_state& state, const say& op) {
    using std::chrono::milliseconds;
    ++says;
    ASSERT_GE(op.counter, state.bound.floor);
    ASSERT_LE(op.counter - state.bound.floor, 1'024U);
    if (state.refused && op.counter > *state.refused) {
      return answer(from, lane, refused{op.counter, refusal::busy, milliseconds{0}, "behind"});
    }
    state.refused.reset();
    if (dice_.chance(refuse_for_now)) {
      state.refused = op.counter;
      return answer(from, lane, refused{op.counter, refusal::rate, milliseconds{dice_.between(0, 50)}, "slow"});
    }
    const auto [found, is_new] = decided_.try_emplace({state.bound.outbox, op.counter}, decision{{}, op.body});
    if (found->second.body != op.body || found->second.position == log_position{0}) {
      if (!is_new) return answer(from, lane, refused{op.counter, refusal::conflict, milliseconds{0}, "other"});
    }
    if (is_new) found->second.position = append(target(state), from.key, op);
    answer(from, lane, committed{op.counter, found->second.position, {}, !is_new});
  }
  log_position append(const destination& to, const key_bytes& sender, const say& op) {
    log& target_log = log_of(to);
    const log_position position{target_log.rows.size() + 1};
    target_log.rows.push_back({.position = position,
                               .sender = sender,
                               .sender_name = "anna",
                               .kind = op.kind,
                               .chain = chain_of(position),
                               .body = op.body});
    return position;
  }
  void on_join(link& from, lane_id lane, link::lane_state& state, const join& op) {
    const log& source = log_of(target(state));
    const std::uint64_t head = source.rows.size();
    log_position next{head + 1 - std::min<std::uint64_t>(head, op.backlog_max)};
    if (op.from && (op.from->position.value == 0 || (op.from->log == source.id && op.from->position.value <= head &&
                                                     op.from->chain == chain_of(op.from->position)))) {
      next = op.from->position.next();
    } else if (op.from) {
      answer(from, lane, new_epoch{source.id, log_position{head}});
      if (next.value > 1) answer(from, lane, gap{log_position{1}, log_position{next.value - 1}, 0});
    }
    state.next = next;
    publish(from);
    const log_position at{head};
    answer(from, lane, live{at, head == 0 ? chain_tag{} : chain_of(at), false});
  }

  random dice_;
  std::map<destination, log> logs_;
  std::map<std::pair<outbox_id, std::uint64_t>, decision> decided_;
};

// Entropy of a test: reproducible.
class seeded_entropy : public entropy {
 public:
  explicit seeded_entropy(std::uint64_t seed) : source_(seed) {}
  void fill(mutable_byte_view out) override {
    for (auto& octet : out) octet = static_cast<std::uint8_t>(source_.next());
  }

 private:
  random source_;
};

}  // namespace tern::proto::chat
