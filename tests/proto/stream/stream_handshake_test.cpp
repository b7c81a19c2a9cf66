// Shaking hands over a stream.
#include "proto/handshake/client_noise.hpp"
#include "proto/packet/header.hpp"
#include "tests/proto/stream/stream_pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr duration connecting = 50ms;  // TCP's own round trip

TEST(StreamHandshake, WithAKnownKeyTakesOneRoundTrip) {
  stream_pair link;
  link.connect();
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, connecting + 50ms);
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<validated>(link.relay_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, connecting + 75ms + 5ms) << "the client confirms REPLY within its max_ack_delay";
}

TEST(StreamHandshake, FirstContactAsksForTheKeyAndTakesTwoRoundTrips) {
  stream_pair link;
  const connection_handle handle = link.connect(false);
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<relay_key_offered>(link.client_events()) != nullptr; }));
  EXPECT_EQ(stream_pair::find<relay_key_offered>(link.client_events())->key, link.relay_public_key());
  EXPECT_EQ(link.sent_by_client.size(), 4U + 2U + 10U) << "preface and HELLO";
  link.client().trust(handle, link.now());
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, connecting + 100ms);
}

TEST(StreamHandshake, TheFirstOctetIsThatOfNoText) {
  stream_pair link;
  link.connect();
  link.run_for(1s);
  EXPECT_EQ(link.sent_by_client[0] & 0xc0U, 0x80U);
  EXPECT_TRUE(std::equal(stream_preface.begin(), stream_preface.end(), link.sent_by_client.begin()));
}

TEST(StreamHandshake, TheRelayLearnsTheClientsIdentity) {
  stream_pair link;
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  const auto* event = stream_pair::find<accepted>(link.relay_events());
  EXPECT_EQ(event->client, link.client_identity());
  EXPECT_TRUE(event->provisional);
  EXPECT_FALSE(event->early);
}

TEST(StreamHandshake, WithoutEarlyDataTheIdentityTravelsUnderTheTransportKeys) {
  stream_pair link;
  const connection_handle client = link.connect(true, false);
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_FALSE(link.accepted_handle()) << "nothing in INITIAL may tell who we are";
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<readable>(link.relay_events()) != nullptr; }));
  EXPECT_FALSE(stream_pair::find<accepted>(link.relay_events())->provisional);
  EXPECT_EQ(link.receive_all(link.relay(), *link.accepted_handle()).size(), 1U);
}

TEST(StreamHandshake, AOneShotMessageIsCommittedAfterOneRoundTrip) {
  stream_pair link;
  const connection_handle client = link.connect();
  const time_point began = link.now();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {.deadline = {}, .tag = 7}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<readable>(link.relay_events()) != nullptr; }));
  const connection_handle relay = *link.accepted_handle();
  EXPECT_TRUE(stream_pair::find<accepted>(link.relay_events())->early);
  ASSERT_EQ(link.receive_all(link.relay(), relay).size(), 1U);
  ASSERT_TRUE(link.relay().send(relay, ordered_lane, text("committed"), {}, link.now()));
  std::string receipt;
  link.on_client_event = [&](const endpoint_event& event) {
    if (!std::holds_alternative<readable>(event)) return;
    receipt = text(link.receive_all(link.client(), client).at(0));
    EXPECT_EQ(link.now() - began, connecting + 50ms);
    link.client().close(client, close_code::none, "done", link.now(), 0ms);
  };
  link.run_for(5s);
  EXPECT_EQ(receipt, "committed");
  EXPECT_NE(stream_pair::find<validated>(link.relay_events()), nullptr);
  EXPECT_EQ(stream_pair::find<closed>(link.relay_events())->how, closed::cause::by_peer);
  EXPECT_EQ(stream_pair::find<message_fate>(link.client_events())->event.what, send_event::fate::acked);
  EXPECT_TRUE(link.wire().is_over());
  EXPECT_EQ(link.relay().connection_count(), 0U);
  EXPECT_EQ(link.client().connection_count(), 0U);
}

TEST(StreamHandshake, ReplyWaitsForTheCommitButNotForLong) {
  stream_pair link;
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, connecting + 55ms) << "nobody answered, so REPLY left after 5 ms";
  EXPECT_TRUE(stream_pair::find<connected>(link.client_events())->early_taken);
}

TEST(StreamHandshake, EarlyDataThatIsNotTakenIsSentAgainOnce) {
  stream_pair link;
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("one"), {}, link.now(), true));
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("two"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  const connection_handle relay = *link.accepted_handle();
  link.receive_all(link.relay(), relay);
  link.relay().decide_early(relay, false, link.now());
  std::vector<received_message> messages;
  ASSERT_TRUE(link.run_until([&] {
    for (auto& message : link.receive_all(link.relay(), relay)) messages.push_back(std::move(message));
    return messages.size() == 2;
  }));
  EXPECT_EQ(text(messages[0]), "one");
  EXPECT_EQ(text(messages[1]), "two");
  EXPECT_FALSE(stream_pair::find<connected>(link.client_events())->early_taken);
}

TEST(StreamHandshake, WhatMayNotTravelEarlyWaitsAndKeepsItsOrder) {
  stream_pair link;
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("one"), {}, link.now(), true));
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("two"), {}, link.now(), false));
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("three"), {}, link.now(), true));
  std::vector<std::string> got;
  ASSERT_TRUE(link.run_until([&] {
    if (link.accepted_handle())
      for (const auto& message : link.receive_all(link.relay(), *link.accepted_handle())) got.push_back(text(message));
    return got.size() == 3;
  }));
  EXPECT_EQ(got, (std::vector<std::string>{"one", "two", "three"}));
}

TEST(StreamHandshake, AWrongKeyIsToldInOneRoundTrip) {
  stream_pair link;
  test::seeded_entropy other{99};
  connect_options options;
  options.relay_key = x25519_keypair::draw(other).public_part();
  const connection_handle handle = link.connect_with(options);
  const time_point began = link.now();
  ASSERT_TRUE(link.client().send(handle, ordered_lane, text("secret"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<relay_key_changed>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, connecting + 50ms);
  EXPECT_EQ(stream_pair::find<relay_key_changed>(link.client_events())->offered, link.relay_public_key());
  link.run_for(5s);
  EXPECT_EQ(link.relay().counters().connections_accepted, 0U);
  EXPECT_EQ(stream_pair::find<closed>(link.relay_events()), nullptr) << "the relay's owner never heard of it";
  EXPECT_TRUE(link.wire().is_over());
  EXPECT_EQ(link.relay().connection_count() + link.client().connection_count(), 0U);
}

TEST(StreamHandshake, OneOctetASegmentIsEnough) {
  for (const bool knows_key : {true, false}) {
    stream_pair link{1, {.segment_bytes_max = 1}};
    const connection_handle client = link.connect(knows_key);
    link.on_client_event = [&](const endpoint_event& event) {
      if (std::holds_alternative<relay_key_offered>(event)) link.client().trust(client, link.now());
    };
    ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
    ASSERT_TRUE(link.run_until([&] { return stream_pair::find<validated>(link.relay_events()) != nullptr; }));
    EXPECT_EQ(text(link.receive_all(link.relay(), *link.accepted_handle()).at(0)), "hello");
  }
}

TEST(StreamHandshake, AStreamThatEndsOrIsRefusedIsNoAnswer) {
  stream_pair link;
  const connection_handle client = link.connect();
  link.client().on_stream_end(link.now(), client);
  link.drain();
  const auto* event = stream_pair::find<closed>(link.client_events());
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->how, closed::cause::never_answered);
  EXPECT_EQ(stream_pair::count<stream_finished>(link.client_events()), 1U);
  EXPECT_EQ(link.client().connection_count(), 0U);
}

TEST(StreamHandshake, ATrustDecisionThatTakesTooLongEndsInAClosedStream) {
  stream_pair link;
  link.connect(false);
  link.run_for(11s);
  EXPECT_EQ(link.relay().counters().streams_expired, 1U);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events())->how, closed::cause::never_answered);
  EXPECT_EQ(link.relay().connection_count(), 0U);
}

TEST(StreamHandshake, ADatagramsInitialIsWorthNothingOnAStream) {
  // The transport stands in the prologue, so nobody can carry an INITIAL from one to the other.
  stream_pair link;
  test::seeded_entropy source{3};
  client_noise noise{transport::udp, connection_id{{1}}, nullptr};
  noise.begin(link.relay_public_key(), {}, source);
  bytes payload(1000);
  const bytes initial = noise.finish({}, payload);
  const connection_handle stream = link.accept();
  bytes octets(stream_preface.begin(), stream_preface.end());
  octets.push_back(static_cast<std::uint8_t>(initial.size() >> 8U));
  octets.push_back(static_cast<std::uint8_t>(initial.size()));
  octets.insert(octets.end(), initial.begin(), initial.end());
  link.write_to_relay(stream, octets);
  EXPECT_EQ(link.relay().counters().initial_forged, 1U);
}

}  // namespace
}  // namespace tern::proto
