// Sessions against the relay model while connections come and go at any moment: each message is committed exactly
// once and in the order in which it was said, and each reader shows the log once, in order.
#include "tests/proto/chat/relay_model.hpp"

#include <gtest/gtest.h>
#include <string>

namespace tern::proto::chat {
namespace {
using std::chrono::milliseconds;

bytes body_of(const std::string& text) { return {text.begin(), text.end()}; }

class client {
 public:
  client(std::uint8_t name, std::uint64_t seed) : entropy_(seed), session_({.self = key_of(name)}, entropy_) {
    link_.key = key_of(name);
  }

  static key_bytes key_of(std::uint8_t name) {
    key_bytes key;
    key.fill(name);
    return key;
  }
  chat::session& session() { return session_; }
  relay_model::link& link() { return link_; }

  void connect(time_point now, bool early) {
    if (early) session_.on_connecting(now, {});
    is_early_ = early;
    is_up_ = true;
    if (!early) session_.on_connected(now, {});
  }
  void finish_handshake(time_point now) {
    if (!is_up_ || !is_early_) return;
    is_early_ = false;
    session_.on_connected(now, {});
  }
  void lose() {
    is_up_ = false;
    link_.up.clear();
    link_.down.clear();
    link_.lanes.clear();
    session_.on_disconnected();
  }
  bool is_up() const { return is_up_; }

  // Hands at most `count` messages to the connection; now and then the connection is full.
  void send(std::size_t count, time_point now, random& dice) {
    for (; count > 0; --count) {
      auto next = session_.poll_send(now);
      if (!next) return;
      if (is_early_) {
        ASSERT_TRUE(next->early_allowed);
      }
      if (dice.chance(0.05)) return session_.put_back(std::move(*next));
      link_.up.emplace_back(next->lane, std::move(next->payload));
    }
  }
  void receive(std::size_t count, time_point now) {
    for (; count > 0 && !link_.down.empty(); --count) {
      auto [lane, payload] = std::move(link_.down.front());
      link_.down.pop_front();
      ASSERT_TRUE(session_.on_message(lane, payload, now));
    }
    drain();
  }
  void drain() {
    while (auto event = session_.poll_event()) {
      if (const auto* fate = std::get_if<message_committed>(&*event)) ++fates_[fate->id];
      if (std::holds_alternative<message_refused>(*event) || std::holds_alternative<message_expired>(*event)) {
        ADD_FAILURE() << "nothing is refused for good here";
      }
      if (const auto* shown = std::get_if<entry_received>(&*event)) shown_[shown->from].push_back(shown->message);
      if (std::holds_alternative<gap_found>(*event)) ADD_FAILURE() << "there are no gaps here";
    }
  }

  std::map<message_id, int> fates_;
  std::map<destination, std::vector<entry>> shown_;

 private:
  seeded_entropy entropy_;
  chat::session session_;
  relay_model::link link_;
  bool is_up_ = false;
  bool is_early_ = false;
};

struct world {
  explicit world(std::uint64_t seed) : dice(seed), relay(dice.next()), anna(1, dice.next()), bob(2, dice.next()) {
    relay.refuse_for_now = dice.chance(0.5) ? dice.uniform() * 0.2 : 0;
    drop = dice.uniform() * 0.05;
    for (client* each : {&anna, &bob}) {
      for (const destination& room : rooms) each->session().join(room, {.from = cursor{}});
    }
  }

  void turn(client& who) {
    if (who.is_up() && dice.chance(drop)) who.lose();
    if (!who.is_up() && dice.chance(0.3)) who.connect(now, dice.chance(0.5));
    if (dice.chance(0.3)) who.finish_handshake(now);
    if (who.is_up()) who.send(dice.below(10), now, dice);
    for (std::uint64_t left = dice.below(10); left > 0 && !who.link().up.empty(); --left) relay.take_up(who.link());
    relay.publish(who.link());
    who.receive(dice.below(20), now);
    if (const auto deadline = who.session().next_deadline(); deadline && *deadline <= now) {
      who.session().on_timeout(now);
    }
  }
  void say(client& who, int number) {
    const destination& to = rooms[dice.below(rooms.size())];
    const std::string text = std::to_string(&who == &anna ? 1 : 2) + ":" + std::to_string(number);
    if (who.session().say(to, body_kind::text, body_of(text), {}, now)) said[to][&who].push_back(body_of(text));
  }
  void step() {
    now += milliseconds{dice.between(0, 20)};
    turn(anna);
    turn(bob);
  }
  bool settled() {
    if (anna.session().undecided() + bob.session().undecided() > 0) return false;
    for (client* each : {&anna, &bob}) {
      for (const destination& room : rooms) {
        if (each->shown_[room].size() < relay.log_of(room).rows.size()) return false;
      }
    }
    return true;
  }

  random dice;
  relay_model relay;
  client anna;
  client bob;
  double drop = 0;
  time_point now{};
  std::vector<destination> rooms{destination::room("lobby"), destination::room("attic"), destination::person("carl")};
  std::map<destination, std::map<client*, std::vector<bytes>>> said;
};

void expect_exactly_once(world& w) {
  for (const destination& room : w.rooms) {
    const auto& rows = w.relay.log_of(room).rows;
    std::map<key_bytes, std::vector<bytes>> by_sender;
    for (const entry& row : rows) by_sender[row.sender].push_back(row.body);
    EXPECT_EQ(by_sender[client::key_of(1)], w.said[room][&w.anna]);
    EXPECT_EQ(by_sender[client::key_of(2)], w.said[room][&w.bob]);
    EXPECT_TRUE(w.anna.shown_[room] == rows);
    EXPECT_TRUE(w.bob.shown_[room] == rows);
  }
  for (client* each : {&w.anna, &w.bob}) {
    for (const auto& [id, count] : each->fates_) EXPECT_EQ(count, 1);
  }
}

TEST(SessionProperty, EveryMessageIsCommittedOnceAndInOrderWhateverConnectionsDo) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    world w{seed};
    for (int i = 0; i < 400; ++i) {
      if (w.dice.chance(0.5)) w.say(w.anna, i);
      if (w.dice.chance(0.3)) w.say(w.bob, i);
      w.step();
    }
    w.drop = 0;
    w.relay.refuse_for_now = 0;
    for (int i = 0; i < 20'000 && !w.settled(); ++i) w.step();
    ASSERT_TRUE(w.settled());
    expect_exactly_once(w);
    if (HasFailure()) return;
  }
}

TEST(SessionProperty, ARelayThatRefusesOftenCostsLittleInRepetitions) {
  world w{7};
  w.drop = 0;
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(w.anna.session().say(w.rooms[0], body_kind::text, {'x'}, {}, w.now));
  w.relay.refuse_for_now = 0.05;
  for (int i = 0; i < 50'000 && w.anna.session().undecided() > 0; ++i) w.step();
  EXPECT_EQ(w.relay.log_of(w.rooms[0]).rows.size(), 1'000U);
  EXPECT_LT(w.relay.says, 4'000U);
}

}  // namespace
}  // namespace tern::proto::chat
