// A hub with its store and its clients in one thread and in virtual time. Clients
// speak through the real codec; what the hub says to each is kept in order.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/entropy.hpp"
#include "proto/random.hpp"
#include "relay/hub/hub.hpp"
#include "tests/relay/hub/memory_store.hpp"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tern::relay::testing {

class seeded_entropy : public proto::entropy {
 public:
  explicit seeded_entropy(std::uint64_t seed) : random_(seed) {}
  void fill(proto::mutable_byte_view out) override {
    for (auto& octet : out) octet = static_cast<std::uint8_t>(random_.next());
  }

 private:
  proto::random random_;
};

// Limits that no test runs into by accident.
hub_limits roomy_limits();
// The same, but a key has one message a second, and `burst` at once.
hub_limits slow_key_limits(std::uint64_t burst);

struct heard {
  proto::lane_id lane;
  chat::relay_op op;
};

class world {
 public:
  explicit world(const hub_limits& limits = roomy_limits());

  // A key for each number.
  static client_key key(std::uint8_t person);
  static proto::lane_id lane(std::uint64_t index) { return chat::destination_lane(index); }

  peer_id connect(std::uint8_t person, bool provisional = false, const address_prefix& from = {});
  peer_id connect_text(const address_prefix& from = {});
  void disconnect(peer_id id);
  void send(peer_id from, proto::lane_id lane, const chat::client_op& op);

  void bind_room(peer_id from, std::uint64_t lane_index, std::string room, std::uint8_t outbox = 1);
  void say(peer_id from, std::uint64_t lane_index, std::uint64_t counter, std::string_view text);
  void join(peer_id from, std::uint64_t lane_index, const chat::join& op = {});

  // Carries out what the hub wants; the store's part only up to `store_steps` requests.
  void settle(std::size_t store_steps = ~std::size_t{0});
  void drain_actions();
  bool store_step();
  void advance(proto::duration time);

  // A client whose connection takes nothing for now.
  void block(peer_id id) { blocked_[id] = true; }
  void unblock(peer_id id);
  bool is_blocked(peer_id id) { return blocked_[id]; }

  // The hub starts again from what the store has.
  void restart();

  hub& relay() { return *hub_; }
  memory_store& store() { return store_; }
  proto::time_point now() const { return now_; }
  proto::wall_time wall() const { return wall_; }

  const std::vector<heard>& heard_by(peer_id id) { return heard_[id]; }
  template <class Op>
  std::vector<Op> all(peer_id id) {
    std::vector<Op> found;
    for (const auto& [lane, op] : heard_[id]) {
      if (const auto* match = std::get_if<Op>(&op)) found.push_back(*match);
    }
    return found;
  }
  // The only one of its kind. Fails the test otherwise.
  template <class Op>
  Op one(peer_id id) {
    const auto found = all<Op>(id);
    if (found.size() != 1) ADD_FAILURE() << "expected one, got " << found.size();
    return found.empty() ? Op{} : found.front();
  }
  void forget_heard() { heard_.clear(); }
  // The text of live and backlog entries, in the order of arrival.
  std::vector<std::string> entries(peer_id id);
  std::vector<std::uint64_t> positions(peer_id id);

  std::vector<tern::relay::disconnect> disconnects;
  std::vector<early_verdict> verdicts;
  std::vector<peer_id> resumed;

 private:
  void carry_out(action wish);
  void on_deliver(deliver message);

  hub_limits limits_;
  seeded_entropy entropy_{7};
  memory_store store_;
  std::unique_ptr<hub> hub_;
  proto::time_point now_{};
  proto::wall_time wall_{std::chrono::milliseconds{1'700'000'000'000}};
  peer_id last_peer_{};
  std::map<peer_id, std::vector<heard>> heard_;
  std::map<peer_id, bool> blocked_;
};

}  // namespace tern::relay::testing
