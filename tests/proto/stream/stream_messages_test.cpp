// Messages, acknowledgments, liveness and endings over a stream.
#include "tests/proto/stream/stream_pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr lane_id unordered_lane{2, priority::interactive, delivery::reliable_unordered};
constexpr lane_id unreliable_lane{3, priority::interactive, delivery::unreliable};
constexpr lane_id latest_lane{4, priority::interactive, delivery::latest};
constexpr lane_id bulk_lane{5, priority::bulk, delivery::reliable_ordered};

// A connected pair.
struct session : stream_pair {
  explicit session(sim::pipe_conditions conditions = {}, endpoint_config client = {}, endpoint_config relay = {},
                   std::uint64_t seed = 1)
      : stream_pair(seed, conditions, std::move(client), std::move(relay)), client_side(connect()) {
    EXPECT_TRUE(run_until([&] { return find<validated>(relay_events()) != nullptr; }));
    relay_side = *accepted_handle();
    run_for(1s);
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

TEST(StreamMessages, ArriveOnceAndInOrder) {
  session link;
  for (int i = 0; i < 500; ++i) link.say(ordered_lane, text(std::to_string(i)));
  ASSERT_TRUE(link.collect_until(500));
  for (int i = 0; i < 500; ++i) EXPECT_EQ(text(link.got[static_cast<std::size_t>(i)]), std::to_string(i));
  link.run_for(2s);
  link.collect_at_relay();
  EXPECT_EQ(link.got.size(), 500U);
}

TEST(StreamMessages, ALineOf100OctetsCostsAtMost40More) {
  session link;
  for (int line = 0; line < 3; ++line) {
    const std::uint64_t before = link.wire().written_by_client();
    link.say(ordered_lane, bytes(100));
    ASSERT_TRUE(link.collect_until(link.got.size() + 1));
    EXPECT_LE(link.wire().written_by_client() - before, 140U);
    EXPECT_EQ(link.wire().written_by_client() - before, 124U) << "2 length, 1 type, 16 tag, 5 MESSAGE";
    link.run_for(10s);
  }
}

TEST(StreamMessages, EveryModeArrives) {
  session link;
  for (const lane_id lane : {ordered_lane, unordered_lane, unreliable_lane, latest_lane, bulk_lane})
    link.say(lane, text("x"));
  ASSERT_TRUE(link.collect_until(5));
}

TEST(StreamMessages, FatesAreToldByLaneAcks) {
  session link;
  link.say(ordered_lane, text("a"), {.deadline = {}, .tag = 1});
  link.say(unordered_lane, text("b"), {.deadline = {}, .tag = 2});
  link.say(unreliable_lane, text("c"), {.deadline = {}, .tag = 3});
  const time_point sent = link.now();
  link.drain();
  ASSERT_EQ(stream_pair::count<message_fate>(link.client_events()), 1U);
  EXPECT_EQ(stream_pair::find<message_fate>(link.client_events())->event.what, send_event::fate::sent);
  ASSERT_TRUE(link.run_until([&] { return stream_pair::count<message_fate>(link.client_events()) == 3; }));
  EXPECT_EQ(link.now() - sent, 55ms) << "a round trip and the delay of an ACK";
}

TEST(StreamMessages, OneThatAsksIsAcknowledgedAtOnce) {
  session link;
  link.say(ordered_lane, text("a"), {.deadline = {}, .tag = 1, .acknowledge_at_once = true});
  const time_point sent = link.now();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::count<message_fate>(link.client_events()) == 1; }));
  EXPECT_EQ(link.now() - sent, 50ms);
}

TEST(StreamMessages, AcknowledgmentsRideWithAnswers) {
  session link;
  link.say(ordered_lane, text("question"), {.deadline = {}, .tag = 1});
  const auto before = link.client().statistics(link.client_side)->packets_received;
  link.on_relay_event = [&](const endpoint_event& event) {
    if (!std::holds_alternative<readable>(event)) return;
    link.collect_at_relay();
    ASSERT_TRUE(link.relay().send(link.relay_side, ordered_lane, text("answer"), {}, link.now()));
  };
  ASSERT_TRUE(link.run_until([&] { return stream_pair::count<message_fate>(link.client_events()) == 1; }));
  EXPECT_EQ(link.client().statistics(link.client_side)->packets_received - before, 1U);
}

TEST(StreamMessages, LongOnesAreCutAndUrgentOnesOvertakeThem) {
  session link{{.bytes_per_second = 100'000, .buffer_bytes = 16U << 10U}};
  link.say(bulk_lane, bytes(200'000, 7));
  link.run_for(500ms);
  link.say(ordered_lane, text("urgent"));
  const time_point asked = link.now();
  ASSERT_TRUE(link.collect_until(1));
  EXPECT_EQ(text(link.got[0]), "urgent");
  EXPECT_LE(link.now() - asked, 400ms) << "what TCP has taken, one buffer of the driver, and the way";
  ASSERT_TRUE(link.collect_until(2));
  EXPECT_EQ(link.got[1].payload, bytes(200'000, 7));
}

TEST(StreamMessages, ASlowReaderStopsTheSenderAndLosesNothing) {
  session link;
  std::size_t sent = 0;
  for (; sent < 3000; ++sent) link.say(ordered_lane, bytes(1000, static_cast<std::uint8_t>(sent)));
  link.run_for(20s);
  const auto before = link.wire().written_by_client();
  link.run_for(20s);
  EXPECT_LT(link.wire().written_by_client() - before, 500U) << "PINGs, while nobody reads";
  EXPECT_LT(link.wire().written_by_client(), 600'000U) << "what the window allows";
  EXPECT_EQ(stream_pair::find<silent>(link.client_events()), nullptr) << "the peer answers";
  ASSERT_TRUE(link.collect_until(sent)) << link.got.size() << " of " << sent;
}

TEST(StreamMessages, ADeadlineIsToldAndTheOrderMovesOn) {
  session link;
  link.wire().up().stall(true);
  link.say(ordered_lane, bytes(100'000), {.deadline = link.now() + 200ms, .tag = 9});  // has begun to leave
  link.say(ordered_lane, text("never left"), {.deadline = link.now() + 200ms, .tag = 10});
  link.run_for(250ms);
  EXPECT_EQ(stream_pair::count<message_fate>(link.client_events()), 2U);
  link.say(ordered_lane, text("after"));
  link.wire().up().stall(false);
  ASSERT_TRUE(link.collect_until(1));
  EXPECT_EQ(text(link.got[0]), "after");
  link.client().close(link.client_side, close_code::none, "", link.now(), 30s);
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<closed>(link.relay_events()) != nullptr; }, 5s))
      << "the SKIP is acknowledged, too";
}

TEST(StreamMessages, AStalledStreamKeepsMemoryBoundedAndLeavesNoDeadlineInThePast) {
  endpoint_config small;
  small.queue_bytes_max = 100'000;
  session link{{}, small};
  link.wire().up().stall(true);
  bool full = false;
  for (int i = 0; i < 1000 && !full; ++i) {
    full = !link.client().send(link.client_side, ordered_lane, bytes(1000), {}, link.now());
    link.drain();
  }
  EXPECT_TRUE(full);
  EXPECT_LE(link.client().queued_bytes(link.client_side), small.queue_bytes_max);
  link.run_for(30s);  // throws if time stands still
  link.wire().up().stall(false);
  ASSERT_TRUE(link.run_until([&] {
    link.collect_at_relay();
    return stream_pair::find<writable>(link.client_events()) != nullptr;
  }));
}

TEST(StreamConnection, KeepAliveHoldsAndSilenceEnds) {
  session kept;
  kept.client().keep_alive(kept.client_side, true, kept.now());
  kept.run_for(600s);
  EXPECT_EQ(kept.relay().connection_count(), 1U);
  EXPECT_EQ(kept.client().statistics(kept.client_side)->rtt_smoothed, 50ms);
  session idle;
  idle.run_for(70s);
  EXPECT_EQ(idle.relay().connection_count(), 0U);
  EXPECT_EQ(stream_pair::find<closed>(idle.relay_events())->how, closed::cause::idle);
  EXPECT_EQ(idle.client().connection_count(), 0U);
}

TEST(StreamConnection, SilenceIsToldWhileSomethingIsOutstanding) {
  session link;
  link.wire().up().stall(true);
  link.say(ordered_lane, text("anyone?"));
  const time_point asked = link.now();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<silent>(link.client_events()) != nullptr; }, 20s));
  EXPECT_EQ(link.now() - asked, 8s) << "5 s until the PING, 3 s for its answer";
  link.wire().up().stall(false);
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<heard>(link.client_events()) != nullptr; }, 1s));
  ASSERT_TRUE(link.collect_until(1));
}

TEST(StreamConnection, StandingStillIsNeitherSilenceNorASlowPath) {
  session link;
  link.client().keep_alive(link.client_side, true, link.now());
  const auto asked = link.wire().written_by_client();
  ASSERT_TRUE(link.run_until([&] { return link.wire().written_by_client() > asked; }, 20s)) << "a PING is on its way";
  link.sleep(300s);
  EXPECT_EQ(link.relay().connection_count(), 1U);
  link.say(ordered_lane, text("still there"));
  ASSERT_TRUE(link.collect_until(1, 1s));
  link.run_for(60s);
  EXPECT_EQ(stream_pair::find<silent>(link.client_events()), nullptr);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events()), nullptr);
  EXPECT_LE(link.client().statistics(link.client_side)->rtt_smoothed, 60ms);
}

TEST(StreamConnection, WhoIsGoneIsMissedAllTheSameAfterStandingStill) {
  session link;
  link.client().keep_alive(link.client_side, true, link.now());
  link.wire().up().stall(true);
  link.wire().down().stall(true);
  link.sleep(300s);
  link.run_for(5s);
  EXPECT_NE(stream_pair::find<silent>(link.client_events()), nullptr);
  link.run_for(60s);
  ASSERT_NE(stream_pair::find<closed>(link.client_events()), nullptr);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events())->how, closed::cause::idle);
}

TEST(StreamConnection, TimersThatAreAlwaysLatePutTheEndOffOnce) {
  session link;
  link.wire().up().stall(true);
  link.wire().down().stall(true);
  link.sleep(70s);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events()), nullptr);
  link.sleep(4s);
  ASSERT_NE(stream_pair::find<closed>(link.client_events()), nullptr);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events())->how, closed::cause::idle);
}

TEST(StreamConnection, ADeadPathEndsWithTheIdleTimeoutAtBothEnds) {
  session link;
  link.wire().up().stall(true);
  link.wire().down().stall(true);
  link.say(ordered_lane, text("anyone?"));
  link.run_for(75s);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events())->how, closed::cause::idle);
  EXPECT_EQ(stream_pair::find<closed>(link.relay_events())->how, closed::cause::idle);
  EXPECT_EQ(link.client().connection_count() + link.relay().connection_count(), 0U);
}

TEST(StreamConnection, CloseDrainsReliableLanesFirst) {
  session link{{.bytes_per_second = 50'000}};
  for (int i = 0; i < 200; ++i) link.say(ordered_lane, bytes(500));
  link.client().close(link.client_side, close_code::none, "bye", link.now(), 30s);
  EXPECT_FALSE(link.client().send(link.client_side, ordered_lane, text("late"), {}, link.now()));
  ASSERT_TRUE(link.collect_until(200));
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<closed>(link.relay_events()) != nullptr; }));
  const auto* event = stream_pair::find<closed>(link.relay_events());
  EXPECT_EQ(event->how, closed::cause::by_peer);
  EXPECT_EQ(event->reason, "bye");
  EXPECT_EQ(stream_pair::find<closed>(link.client_events())->how, closed::cause::by_us);
  link.run_for(5s);
  EXPECT_TRUE(link.wire().is_over()) << "both sockets are closed";
  EXPECT_EQ(stream_pair::count<stream_finished>(link.client_events()), 1U);
  EXPECT_EQ(stream_pair::count<stream_finished>(link.relay_events()), 1U);
  EXPECT_EQ(link.client().connection_count() + link.relay().connection_count(), 0U);
}

TEST(StreamConnection, CloseOnAStalledStreamIsBounded) {
  session link;
  link.wire().up().stall(true);
  for (int i = 0; i < 200; ++i) link.say(ordered_lane, bytes(1000));
  link.client().close(link.client_side, close_code::none, "bye", link.now(), 2s);
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<stream_finished>(link.client_events()) != nullptr; }, 4s));
  EXPECT_EQ(stream_pair::find<stream_finished>(link.client_events())->how, stream_finished::manner::abort);
  EXPECT_NE(stream_pair::find<closed>(link.client_events()), nullptr);
}

TEST(StreamConnection, WhatArrivedBeforeACloseCanStillBeTaken) {
  session link;
  link.say(ordered_lane, text("last words"));
  link.client().close(link.client_side, close_code::none, "", link.now(), 10s);
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<closed>(link.relay_events()) != nullptr; }));
  link.collect_at_relay();
  ASSERT_EQ(link.got.size(), 1U);
}

TEST(StreamConnection, AResetIsABrokenPathAndWhatArrivedCanBeTaken) {
  session link;
  link.say(ordered_lane, text("arrived"));
  link.run_for(30ms);
  link.wire().reset(link.now());
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<closed>(link.relay_events()) != nullptr; }, 1s));
  EXPECT_EQ(stream_pair::find<closed>(link.relay_events())->how, closed::cause::broken);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events())->how, closed::cause::broken);
  link.collect_at_relay();
  ASSERT_EQ(link.got.size(), 1U);
  link.run_for(5s);
  EXPECT_EQ(link.client().connection_count() + link.relay().connection_count(), 0U);
}

TEST(StreamConnection, PingsOfTheOwnerAreAnswered) {
  session link;
  const auto id = link.client().ping(link.client_side, link.now());
  ASSERT_TRUE(id);
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<ping_answered>(link.client_events()) != nullptr; }, 1s));
  const auto* answer = stream_pair::find<ping_answered>(link.client_events());
  EXPECT_EQ(answer->id, *id);
  EXPECT_EQ(answer->round_trip, 50ms);
}

TEST(StreamConnection, StatisticsTellWhatHappened) {
  session link;
  for (int i = 0; i < 100; ++i) link.say(ordered_lane, bytes(1000));
  ASSERT_TRUE(link.collect_until(100));
  link.run_for(1s);
  const auto client = *link.client().statistics(link.client_side);
  const auto relay = *link.relay().statistics(link.relay_side);
  EXPECT_TRUE(client.rtt_sampled);
  EXPECT_EQ(client.rtt_min, 50ms);
  EXPECT_EQ(client.bytes_sent, link.wire().written_by_client());
  EXPECT_EQ(relay.bytes_received, link.wire().written_by_client());
  EXPECT_EQ(client.messages_sent, 100U);
  EXPECT_EQ(relay.messages_received, 100U);
  EXPECT_EQ(client.packets_sent, relay.packets_received);
  EXPECT_EQ(client.packets_lost + client.congestion_window + client.bytes_retransmitted, 0U);
  EXPECT_EQ(client.current_path, link.relay_path);
}

TEST(StreamConnection, TheSameSeedGivesTheSameOctets) {
  const auto trace = [](std::uint64_t seed) {
    session link{{.ragged = true, .pause_probability = 0.1}, {}, {}, seed};
    for (int i = 0; i < 50; ++i) link.say(ordered_lane, bytes(700));
    EXPECT_TRUE(link.collect_until(50));
    return link.sent_by_client;
  };
  EXPECT_EQ(trace(4), trace(4));
  EXPECT_NE(trace(4), trace(5));
}

}  // namespace
}  // namespace tern::proto
