// What outlives a connection: a relay that is killed and starts again, and the day after which a
// connection is replaced. Whole clients and the relay in virtual time (protocol.md, 3).
#include "tests/sim/chat/chat_world.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>

using namespace std::chrono_literals;

namespace tern::sim {
namespace {

constexpr auto one_way = 25ms;
constexpr auto round_trip = 2 * one_way;

class LifetimeSim : public testing::Test {
 protected:
  person& add(transport_choice choice = transport_choice::udp) {
    chat_world::newcomer who;
    who.up.delay = who.down.delay = one_way;
    who.pipe_up.delay = who.pipe_down.delay = one_way;
    who.transport = choice;
    person& fresh = world.add(std::move(who));
    fresh.start(world.now());
    fresh.join(lobby, "room lobby", {.from = chat::cursor{}, .announce = false});
    return fresh;
  }
  void say(person& who) { who.say(lobby, "room lobby", 100, std::nullopt, world.now()); }
  void let_pass(proto::duration time) {
    world.run_until([] { return false; }, time);
  }
  bool until(const std::function<bool()>& done, proto::duration limit = 60s) { return world.run_until(done, limit); }
  bool all_established() {
    return std::ranges::all_of(world.people(), [](const auto& each) { return each->process().is_established(); });
  }
  bool all_content() {
    return std::ranges::all_of(world.people(), [](const auto& each) { return each->is_content(); });
  }
  std::uint64_t connections(person& who) { return who.process().route().connection_count(); }
  void restart_relay(proto::duration away) {
    world.relay().kill();
    let_pass(away);
    world.relay().start(world.now());
  }
  void check(std::uint64_t messages) {
    world.judge().check_all(world.relay().disk().store());
    EXPECT_EQ(world.judge().said_count(), messages);
  }
  static double in_ms(proto::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

  const chat::destination lobby = chat::destination::room("lobby");
  chat_world world{7, 1ms};
};

TEST_F(LifetimeSim, AClientIsBackTwoRoundTripsAfterItsNextPacketReachesTheRelayThatReturned) {
  person& anna = add();
  ASSERT_TRUE(until([&] { return all_established(); }));
  let_pass(20s);
  restart_relay(100ms);
  let_pass(3s);
  EXPECT_EQ(connections(anna), 1U) << "it had nothing to say, so it has not noticed";
  say(anna);
  const auto began = world.now();
  ASSERT_TRUE(until([&] { return connections(anna) == 2; }));
  const auto took = world.now() - began;
  std::cout << "relay killed and restarted: back " << in_ms(took) << " ms after the next packet, at a round trip of "
            << in_ms(round_trip) << " ms\n";
  EXPECT_LE(took, 2 * round_trip + 1ms);
  EXPECT_TRUE(until([&] { return all_content(); }, 1s));
  check(1);
}

TEST_F(LifetimeSim, AClientThatTriedInVainMeanwhileIsBackTwoRoundTripsAfterItsNextPacketToo) {
  person& anna = add(transport_choice::automatic);
  ASSERT_TRUE(until([&] { return all_established(); }));
  let_pass(20s);
  world.relay().kill();
  say(anna);
  let_pass(7'777ms);
  const auto before = anna.process().side().counters().resets_received;
  world.relay().start(world.now());
  ASSERT_TRUE(until([&] { return connections(anna) == 2; }, 10s));
  // What it has sent since may have been an INITIAL, or a probe of the connection that is no more.
  EXPECT_LE(anna.process().side().counters().resets_received - before, 1U);
  EXPECT_TRUE(until([&] { return all_content(); }, 1s));
  check(1);
}

TEST_F(LifetimeSim, ACrowdIsBackAsFast) {
  for (int i = 0; i < 40; ++i) add();
  ASSERT_TRUE(until([&] { return all_established(); }));
  let_pass(20s);
  restart_relay(100ms);
  for (auto& each : world.people()) say(*each);
  const auto began = world.now();
  ASSERT_TRUE(until(
      [&] { return std::ranges::all_of(world.people(), [&](const auto& each) { return connections(*each) == 2; }); }));
  EXPECT_LE(world.now() - began, 2 * round_trip + 1ms);
  EXPECT_TRUE(until([&] { return all_content(); }, 5s));
  check(40);
}

TEST_F(LifetimeSim, ARelayThatIsKilledEverySecondIsNotAskedWithoutPause) {
  person& anna = add();
  ASSERT_TRUE(until([&] { return all_established(); }));
  let_pass(20s);
  for (int i = 0; i < 10; ++i) {
    say(anna);
    let_pass(900ms);
    restart_relay(100ms);
  }
  EXPECT_TRUE(until([&] { return all_content(); }, 60s));
  EXPECT_LE(connections(anna), 12U);
  check(10);
}

TEST_F(LifetimeSim, AfterADayTheConnectionIsReplacedAndTheRoomNoticesNothing) {
  person& anna = add();
  person& ben = add(transport_choice::tcp);
  ASSERT_TRUE(until([&] { return all_established(); }));
  std::uint64_t said = 0;
  const auto talk = [&](int times, proto::duration pause) {
    for (int i = 0; i < times; ++i) {
      say(i % 2 == 0 ? anna : ben);
      ++said;
      let_pass(pause);
    }
  };
  talk(24, 59min);
  EXPECT_EQ(connections(anna), 1U);
  EXPECT_EQ(connections(ben), 1U);
  const auto handshakes = world.relay().side().counters().connections_accepted;
  talk(900, 2s);  // over the end of the day
  talk(6, 10min);
  EXPECT_GE(world.now(), proto::time_point{1h} + 25h);
  EXPECT_EQ(connections(anna), 2U);
  EXPECT_EQ(connections(ben), 2U);
  EXPECT_EQ(anna.process().route().switch_count(), 1U) << "make before break";
  EXPECT_EQ(ben.process().route().switch_count(), 1U);
  EXPECT_EQ(world.relay().side().counters().connections_accepted - handshakes, 2U);
  EXPECT_EQ(anna.process().route().carrier(), transport::udp);
  EXPECT_EQ(ben.process().route().carrier(), transport::tcp);
  EXPECT_TRUE(until([&] { return all_content(); }, 5s));
  check(said);
}

TEST_F(LifetimeSim, WhereTheReplacementFailsTheOldConnectionServesOn) {
  person& anna = add();
  ASSERT_TRUE(until([&] { return all_established(); }));
  let_pass(24h - 1min);
  // No handshake gets through, as if the relay were full; what stands goes on.
  world.relay().refuse_newcomers(true);
  let_pass(10min);
  EXPECT_EQ(connections(anna), 1U);
  say(anna);
  EXPECT_TRUE(until([&] { return all_content(); }, 1s));
  world.relay().refuse_newcomers(false);
  let_pass(3min);
  EXPECT_EQ(connections(anna), 2U);
  say(anna);
  EXPECT_TRUE(until([&] { return all_content(); }, 1s));
  check(2);
}

}  // namespace
}  // namespace tern::sim
