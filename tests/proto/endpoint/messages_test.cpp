#include "proto/packet/frame_encode.hpp"
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr lane_id unordered_lane{2, priority::interactive, delivery::reliable_unordered};
constexpr lane_id unreliable_lane{3, priority::interactive, delivery::unreliable};
constexpr lane_id latest_lane{4, priority::interactive, delivery::latest};
constexpr lane_id bulk_lane{5, priority::bulk, delivery::reliable_ordered};

// A connected pair.
struct session : pair {
  explicit session(std::uint64_t seed = 1, endpoint_config client = {}, endpoint_config relay = {})
      : pair(seed, 25ms, std::move(client), std::move(relay)), client_side(connect()) {
    EXPECT_TRUE(run_until([&] { return find<validated>(relay_events()) != nullptr; }));
    relay_side = *accepted_handle();
  }
  void say(lane_id lane, bytes payload, send_options options = {}) {
    ASSERT_TRUE(client().send(client_side, lane, std::move(payload), options, now()));
  }
  void collect_at_relay() {
    for (auto& message : receive_all(relay(), relay_side)) got.push_back(std::move(message));
  }
  bool collect_until(std::size_t messages, duration limit = 60s) {
    return run_until(
        [&] {
          collect_at_relay();
          return got.size() >= messages;
        },
        limit);
  }
  connection_handle client_side;
  connection_handle relay_side;
  std::vector<received_message> got;
};

TEST(Messages, ArriveOnceAndInOrder) {
  session link;
  for (int i = 0; i < 500; ++i) link.say(ordered_lane, text(std::to_string(i)));
  ASSERT_TRUE(link.collect_until(500));
  for (int i = 0; i < 500; ++i) EXPECT_EQ(text(link.got[static_cast<std::size_t>(i)]), std::to_string(i));
  link.run_for(2s);
  link.collect_at_relay();
  EXPECT_EQ(link.got.size(), 500U);
}

TEST(Messages, SmallOnesShareAPacket) {
  session link;
  const std::size_t before = link.wire().size();
  for (int i = 0; i < 50; ++i) link.say(ordered_lane, text("ten bytes!"));
  link.drain();
  EXPECT_EQ(link.wire().size() - before, 1U);
  ASSERT_TRUE(link.collect_until(50));
}

TEST(Messages, LossIsRepaired) {
  session link;
  random chance{5};
  link.to_relay = [&](bytes&) { return !chance.chance(0.3); };
  link.to_client = [&](bytes&) { return !chance.chance(0.3); };
  for (int i = 0; i < 300; ++i) link.say(ordered_lane, bytes(600, static_cast<std::uint8_t>(i)));
  ASSERT_TRUE(link.collect_until(300));
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ(link.got[i].payload, bytes(600, static_cast<std::uint8_t>(i)));
}

TEST(Messages, AHoleHoldsUpOnlyItsOwnLane) {
  session link;
  bool drop = true;
  link.to_relay = [&](bytes&) { return !std::exchange(drop, false); };
  link.say(ordered_lane, text("lost at first"));
  link.drain();
  link.say(ordered_lane, text("behind it"));
  link.say(unordered_lane, text("free"));
  ASSERT_TRUE(link.collect_until(3));
  EXPECT_EQ(text(link.got[0]), "free");
  EXPECT_EQ(text(link.got[1]), "lost at first");
  EXPECT_EQ(text(link.got[2]), "behind it");
}

TEST(Messages, UnreliableOnesAreNeverRepeated) {
  session link;
  bool drop = true;
  link.to_relay = [&](bytes&) { return !std::exchange(drop, false); };
  send_options options;
  options.tag = 1;
  link.say(unreliable_lane, text("lost"), options);
  link.drain();
  link.say(unreliable_lane, text("here"));
  link.run_for(5s);
  link.collect_at_relay();
  ASSERT_EQ(link.got.size(), 1U);
  EXPECT_EQ(text(link.got[0]), "here");
  EXPECT_EQ(pair::find<message_fate>(link.client_events())->event.what, send_event::fate::sent);
}

TEST(Messages, LatestNeverGoesBack) {
  session link;
  bytes held;
  link.to_relay = [&](bytes& datagram) {
    if (!held.empty()) return true;
    held = datagram;
    return false;
  };
  link.say(latest_lane, text("old"));
  link.drain();
  link.say(latest_lane, text("new"));
  link.run_for(100ms);
  link.inject_to_relay(held, link.client_path);
  link.run_for(1s);
  link.collect_at_relay();
  ASSERT_EQ(link.got.size(), 1U);
  EXPECT_EQ(text(link.got[0]), "new");
}

TEST(Messages, LongOnesAreFragmentedAndReassembled) {
  session link;
  random chance{6};
  link.to_relay = [&](bytes&) { return !chance.chance(0.05); };
  bytes payload(256U << 10U);
  for (auto& octet : payload) octet = static_cast<std::uint8_t>(chance.below(256));
  link.say(ordered_lane, payload);
  ASSERT_TRUE(link.collect_until(1));
  EXPECT_EQ(link.got[0].payload, payload);
}

TEST(Messages, TooBigIsALocalError) {
  session link;
  EXPECT_EQ(link.client()
                .send(link.client_side, ordered_lane, bytes(limits::message_bytes_max_default + 1), {}, link.now())
                .error(),
            make_error_code(errc::message_too_big));
  EXPECT_EQ(link.client().send(link.client_side, unreliable_lane, bytes(20'000), {}, link.now()).error(),
            make_error_code(errc::message_too_big));
}

TEST(Messages, ADeadlineIsToldAndTheOrderMovesOn) {
  session link;
  link.to_relay = [](bytes&) { return false; };
  send_options options;
  options.tag = 9;
  options.deadline = link.now() + 200ms;
  link.say(ordered_lane, text("too late"), options);
  link.run_for(250ms);
  const auto* fate = pair::find<message_fate>(link.client_events());
  ASSERT_NE(fate, nullptr);
  EXPECT_EQ(fate->event.what, send_event::fate::expired);
  EXPECT_EQ(fate->event.tag, 9U);
  link.to_relay = [](bytes&) { return true; };
  link.say(ordered_lane, text("after"));
  ASSERT_TRUE(link.collect_until(1));
  EXPECT_EQ(text(link.got[0]), "after");
}

TEST(Messages, ASlowReaderStopsTheSenderAndLosesNothing) {
  session link;
  std::size_t sent = 0;
  for (; sent < 3000; ++sent) link.say(ordered_lane, bytes(1000, static_cast<std::uint8_t>(sent)));
  link.run_for(20s);
  const auto before = link.relay().statistics(link.relay_side)->packets_received;
  link.run_for(5s);
  const auto after = link.relay().statistics(link.relay_side)->packets_received;
  EXPECT_LT(after - before, 20U) << "the sender stands still while nobody reads";
  ASSERT_TRUE(link.collect_until(sent)) << link.got.size() << " of " << sent;
  EXPECT_EQ(link.got.size(), sent);
}

TEST(Messages, BulkLeavesRoomForInteractive) {
  session link;
  for (int i = 0; i < 3000; ++i) link.say(bulk_lane, bytes(1000));
  link.run_for(20s);  // nobody reads: bulk has used up what it may
  link.say(ordered_lane, text("hello"));
  const time_point asked = link.now();
  ASSERT_TRUE(link.run_until([&] {
    link.collect_at_relay();
    return !link.got.empty() && link.got.back().lane == ordered_lane;
  }));
  EXPECT_LE(link.now() - asked, 100ms);
}

TEST(Connection, ReplayedAndForgedPacketsChangeNothingButCounters) {
  session link;
  link.say(ordered_lane, text("once"));
  link.drain();
  const bytes packet = link.wire().back().datagram;
  ASSERT_TRUE(link.collect_until(1));
  link.run_for(200ms);
  const auto before = *link.relay().statistics(link.relay_side);
  for (int i = 0; i < 10; ++i) link.inject_to_relay(packet, link.client_path);
  bytes forged = packet;
  forged[20] ^= 1U;
  // The number must be new, or it is a replay before it is a forgery.
  forged[12] ^= 0x40U;
  link.inject_to_relay(forged, link.client_path);
  link.run_for(1s);
  link.collect_at_relay();
  EXPECT_EQ(link.got.size(), 1U);
  const auto after = *link.relay().statistics(link.relay_side);
  EXPECT_EQ(after.packets_replayed - before.packets_replayed, 10U);
  EXPECT_EQ(after.packets_forged - before.packets_forged, 1U);
  EXPECT_EQ(after.packets_received, before.packets_received);
}

TEST(Connection, CloseDrainsReliableLanesFirst) {
  session link;
  random chance{3};
  link.to_relay = [&](bytes&) { return !chance.chance(0.2); };
  for (int i = 0; i < 200; ++i) link.say(ordered_lane, bytes(500));
  link.client().close(link.client_side, close_code::none, "bye", link.now(), 30s);
  EXPECT_FALSE(link.client().send(link.client_side, ordered_lane, text("late"), {}, link.now()));
  ASSERT_TRUE(link.collect_until(200));
  link.to_relay = [](bytes&) { return true; };  // CLOSE itself is sent once
  ASSERT_TRUE(link.run_until([&] { return pair::find<closed>(link.relay_events()) != nullptr; }));
  const auto* event = pair::find<closed>(link.relay_events());
  EXPECT_EQ(event->how, closed::cause::by_peer);
  EXPECT_EQ(event->reason, "bye");
}

TEST(Connection, AfterCloseAnswersGrowRarer) {
  session link;
  link.say(ordered_lane, text("x"));
  link.drain();
  link.to_client = [](bytes&) { return false; };
  link.relay().close(link.relay_side, close_code::none, "", link.now(), 0ms);
  link.run_for(30ms);
  const std::size_t before = link.wire().size();
  for (int i = 0; i < 64; ++i) {
    link.say(unreliable_lane, text("y"));
    link.drain();
  }
  link.run_for(26ms);
  std::size_t answers = 0;
  for (std::size_t i = before; i < link.wire().size(); ++i) answers += link.wire()[i].from_client ? 0U : 1U;
  EXPECT_LE(answers, 8U);
  EXPECT_GE(answers, 1U);
}

TEST(Connection, KeepAliveHoldsAndSilenceEnds) {
  session kept;
  kept.client().keep_alive(kept.client_side, true, kept.now());
  kept.run_for(600s);
  EXPECT_EQ(kept.relay().connection_count(), 1U);
  session idle;
  idle.run_for(70s);
  EXPECT_EQ(idle.relay().connection_count(), 0U);
  EXPECT_EQ(pair::find<closed>(idle.client_events())->how, closed::cause::idle);
}

TEST(Connection, APeerThatOwesAnAnswerIsAskedWhetherItIsThere) {
  session link;
  link.say(ordered_lane, text("a question"));
  ASSERT_TRUE(link.collect_until(1));
  link.client().expect_answer(link.client_side, true, link.now());
  link.run_for(2s);
  EXPECT_EQ(pair::find<silent>(link.client_events()), nullptr) << "it is there, and thinks";
  link.to_relay = [](bytes&) { return false; };
  EXPECT_TRUE(link.run_until([&] { return pair::find<silent>(link.client_events()) != nullptr; }, 2s));
}

TEST(Connection, SilenceIsToldWhileSomethingIsOutstanding) {
  session link;
  link.to_relay = [](bytes&) { return false; };
  link.say(ordered_lane, text("anyone?"));
  ASSERT_TRUE(link.run_until([&] { return pair::find<silent>(link.client_events()) != nullptr; }, 5s));
  link.to_relay = [](bytes&) { return true; };
  ASSERT_TRUE(link.run_until([&] { return pair::find<heard>(link.client_events()) != nullptr; }, 10s));
  ASSERT_TRUE(link.collect_until(1));
}

TEST(Connection, StatisticsTellWhatHappened) {
  session link;
  random chance{8};
  link.to_relay = [&](bytes&) { return !chance.chance(0.1); };
  for (int i = 0; i < 400; ++i) link.say(ordered_lane, bytes(1000));
  ASSERT_TRUE(link.collect_until(400));
  link.run_for(1s);
  const auto statistics = *link.client().statistics(link.client_side);
  EXPECT_EQ(statistics.rtt_min, 50ms);
  EXPECT_GT(statistics.packets_lost, 10U);
  EXPECT_GT(statistics.bytes_retransmitted, 10'000U);
  EXPECT_GT(statistics.congestion_window, 2000U);
  EXPECT_EQ(statistics.messages_sent, 400U);
  EXPECT_EQ(link.relay().statistics(link.relay_side)->messages_received, 400U);
}

TEST(Connection, TheSameSeedGivesTheSameDatagrams) {
  const auto trace = [](std::uint64_t seed) {
    session link{seed};
    random chance{seed};
    link.to_relay = [&](bytes&) { return !chance.chance(0.2); };
    for (int i = 0; i < 50; ++i) link.say(ordered_lane, bytes(700));
    EXPECT_TRUE(link.collect_until(50));
    bytes all;
    for (const auto& each : link.wire()) all.insert(all.end(), each.datagram.begin(), each.datagram.end());
    return all;
  };
  EXPECT_EQ(trace(4), trace(4));
  EXPECT_NE(trace(4), trace(5));
}

}  // namespace
}  // namespace tern::proto
