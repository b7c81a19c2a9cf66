// The way between UDP and TCP in virtual time (protocol.md, 9): whole clients, the relay, and
// links on which UDP is blocked and let through again. What is asserted are moments and that
// everything is committed once and shown once, in order.
#include "tests/sim/chat/chat_world.hpp"

#include <gtest/gtest.h>
#include <iostream>

using namespace std::chrono_literals;

namespace tern::sim {
namespace {

constexpr auto one_way = 25ms;
constexpr auto round_trip = 2 * one_way;

class RouteSim : public testing::Test {
 protected:
  struct change {
    proto::time_point at;
    transport to;
  };

  person& add(transport_choice choice = transport_choice::automatic) {
    chat_world::newcomer who;
    who.up.delay = who.down.delay = one_way;
    who.pipe_up.delay = who.pipe_down.delay = one_way;
    who.transport = choice;
    return world.add(std::move(who));
  }
  // Comes to the lobby and reads all of it.
  void come(person& who) {
    who.start(world.now());
    who.process().on_carrier = [this, &who](transport now_by) { changes[&who].push_back({world.now(), now_by}); };
    who.join(lobby, "room lobby", {.from = chat::cursor{}, .announce = false});
  }
  void block(person& who, bool blocked) {
    block_up(who, blocked);
    block_down(who, blocked);
  }
  void block_up(person& who, bool blocked) { who.up->set_blocked(world.now(), blocked); }
  void block_down(person& who, bool blocked) { who.down->set_blocked(world.now(), blocked); }

  bool is_on(person& who, transport by) {
    auto& route = who.process().route();
    return route.is_connected() && route.carrier() == by;
  }
  // How long until it is so.
  proto::duration time_until(const std::function<bool()>& done, proto::duration limit = 60s) {
    const auto begun = world.now();
    EXPECT_TRUE(world.run_until(done, limit));
    return world.now() - begun;
  }
  static double in_ms(proto::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

  // `who` says something every 50 ms, from now on.
  void let_talk(person& who, int messages) {
    next_word_ = world.now();
    words_left_ = messages;
    world.next_turn = [this] { return words_left_ > 0 ? std::optional{next_word_} : std::nullopt; };
    world.on_turn = [this, &who] {
      while (words_left_ > 0 && next_word_ <= world.now()) {
        who.say(lobby, "room lobby", 100, std::nullopt, world.now());
        next_word_ += 50ms;
        --words_left_;
      }
    };
  }
  bool is_done(person& writer, person& reader) {
    return words_left_ == 0 && writer.is_content() && reader.is_content();
  }
  void check(std::uint64_t messages) {
    world.judge().check_all(world.relay().disk().store());
    EXPECT_EQ(world.judge().said_count(), messages);
  }

  const chat::destination lobby = chat::destination::room("lobby");
  chat_world world{7, 1ms};
  std::map<person*, std::vector<change>> changes;

 private:
  proto::time_point next_word_{};
  int words_left_ = 0;
};

TEST_F(RouteSim, UdpIsPreferredWhereBothWork) {
  person& anna = add();
  come(anna);
  const auto took = time_until([&] { return anna.process().is_established(); });
  EXPECT_TRUE(is_on(anna, transport::udp));
  EXPECT_LE(took, round_trip + 5ms);
  EXPECT_EQ(world.streams(), 0U) << "TCP was not even begun";
}

TEST_F(RouteSim, UdpBlockedAtConnectMeansTcpWithinItsHeadStart) {
  person& anna = add();
  block(anna, true);
  come(anna);
  const auto took = time_until([&] { return anna.process().is_established(); });
  EXPECT_TRUE(is_on(anna, transport::tcp));
  std::cout << "UDP blocked at connect: a session over TCP after " << in_ms(took) << " ms at a round trip of "
            << in_ms(round_trip) << " ms\n";
  EXPECT_LE(took, 300ms + 2 * round_trip) << "300 ms, TCP's handshake and ours";
}

TEST_F(RouteSim, WhereUdpHasFailedBeforeTcpStartsAtOnce) {
  person& anna = add();
  block(anna, true);
  come(anna);
  time_until([&] { return is_on(anna, transport::tcp); });
  world.run_until([] { return false; }, 15s);  // a probe of UDP fails
  for (auto& wire : world.wires()) wire->reset(world.now());
  time_until([&] { return !anna.process().is_established(); });
  const auto took = time_until([&] { return is_on(anna, transport::tcp); });
  EXPECT_LE(took, 2 * round_trip + 5ms);
}

TEST_F(RouteSim, UdpBlockedInTheMiddleOfAThousandMessages) {
  person& anna = add();
  person& ben = add();
  come(anna);
  come(ben);
  time_until([&] { return is_on(anna, transport::udp) && is_on(ben, transport::udp); });
  let_talk(anna, 1'000);
  world.run_until([] { return false; }, 10s);

  block(anna, true);
  block(ben, true);
  const auto over = time_until([&] { return is_on(anna, transport::tcp); });
  std::cout << "UDP blocked in the middle: over TCP after " << in_ms(over) << " ms\n";
  // Something was outstanding when the block began, or was said within 50 ms of it.
  EXPECT_LE(over, 1s + 50ms + 2 * round_trip + 5ms);
  time_until([&] { return is_on(ben, transport::tcp); });
  world.run_until([] { return false; }, 12s);

  block(anna, false);
  block(ben, false);
  const auto back = time_until([&] { return is_on(anna, transport::udp); });
  std::cout << "UDP let through again: back on it after " << in_ms(back) << " ms\n";
  EXPECT_LE(back, 10s);
  time_until([&] { return is_on(ben, transport::udp); }, 10s);

  EXPECT_TRUE(world.run_until([&] { return is_done(anna, ben); }, 60s));
  check(1'000);
}

TEST_F(RouteSim, ADeadDirectionIsLeftForTcp) {
  for (const bool up : {true, false}) {
    SCOPED_TRACE(up);
    person& anna = add();
    person& ben = add();
    come(anna);
    come(ben);
    time_until([&] { return is_on(anna, transport::udp) && is_on(ben, transport::udp); });
    const auto before = world.judge().said_count();
    let_talk(anna, 200);
    world.run_until([] { return false; }, 2s);
    up ? block_up(anna, true) : block_down(anna, true);
    const auto over = time_until([&] { return is_on(anna, transport::tcp); });
    std::cout << "dead " << (up ? "to" : "from") << " the relay: over TCP after " << in_ms(over) << " ms\n";
    // What is under way when the direction dies is acknowledged up to a round trip later.
    EXPECT_LE(over, 3s + round_trip + 50ms + 2 * round_trip + 5ms);
    EXPECT_TRUE(world.run_until([&] { return is_done(anna, ben); }, 60s));
    check(before + 200);
    anna.end();
    ben.end();
  }
}

TEST_F(RouteSim, HighLossAloneIsNoReason) {
  person& anna = add();
  come(anna);
  time_until([&] { return is_on(anna, transport::udp); });
  auto lossy = link_model::impairments{};
  lossy.delay = one_way;
  lossy.loss = 0.2;
  anna.up->set_impairments(world.now(), lossy);
  anna.down->set_impairments(world.now(), lossy);
  let_talk(anna, 1'000);
  EXPECT_TRUE(world.run_until([&] { return is_done(anna, anna); }, 120s));
  EXPECT_TRUE(is_on(anna, transport::udp));
  EXPECT_EQ(anna.process().route().switch_count(), 0U);
}

TEST_F(RouteSim, TooMuchLossForTenSecondsIs) {
  person& anna = add();
  come(anna);
  time_until([&] { return is_on(anna, transport::udp); });
  auto lossy = link_model::impairments{};
  lossy.delay = one_way;
  lossy.loss = 0.55;
  anna.up->set_impairments(world.now(), lossy);
  let_talk(anna, 2'000);
  const auto over = time_until([&] { return is_on(anna, transport::tcp); }, 40s);
  std::cout << "55 % loss: over TCP after " << in_ms(over) << " ms\n";
  world.run_until([] { return false; }, 30s);
  EXPECT_TRUE(is_on(anna, transport::tcp)) << "three round trips in two seconds do not succeed";
  EXPECT_TRUE(world.run_until([&] { return is_done(anna, anna); }, 120s));
  check(2'000);
}

TEST_F(RouteSim, OneTransportAloneMayBeAskedFor) {
  person& anna = add(transport_choice::tcp);
  person& ben = add(transport_choice::udp);
  block(anna, true);
  come(anna);
  come(ben);
  time_until([&] { return is_on(anna, transport::tcp) && is_on(ben, transport::udp); }, 1s);
  EXPECT_EQ(world.streams(), 1U);
  block(anna, false);
  world.run_until([] { return false; }, 30s);
  EXPECT_TRUE(is_on(anna, transport::tcp)) << "it is not to go back";
}

TEST_F(RouteSim, ATransportCanBeChosenWhileMessagesFlow) {
  person& anna = add();
  person& ben = add();
  come(anna);
  come(ben);
  time_until([&] { return is_on(anna, transport::udp) && is_on(ben, transport::udp); });
  let_talk(anna, 600);
  for (int i = 0; i < 5; ++i) {
    anna.process().route().use(world.now(), transport_choice::tcp);
    EXPECT_LE(time_until([&] { return is_on(anna, transport::tcp); }), 2 * round_trip + 5ms);
    world.run_until([] { return false; }, 1s);
    anna.process().route().use(world.now(), i % 2 == 0 ? transport_choice::udp : transport_choice::automatic);
    EXPECT_LE(time_until([&] { return is_on(anna, transport::udp); }), 5 * round_trip + 5ms);
    world.run_until([] { return false; }, 1s);
  }
  EXPECT_EQ(anna.process().route().switch_count(), 10U) << "make before break, each time";
  EXPECT_TRUE(world.run_until([&] { return is_done(anna, ben); }, 60s));
  check(600);
}

TEST_F(RouteSim, ARelayThatStartsAgainIsFoundOverUdp) {
  person& anna = add();
  come(anna);
  time_until([&] { return is_on(anna, transport::udp); });
  let_talk(anna, 200);
  world.run_until([] { return false; }, 2s);
  world.relay().kill();
  world.run_until([] { return false; }, 100ms);
  world.relay().start(world.now());
  EXPECT_TRUE(world.run_until([&] { return is_done(anna, anna); }, 60s));
  EXPECT_TRUE(is_on(anna, transport::udp));
  check(200);
}

}  // namespace
}  // namespace tern::sim
