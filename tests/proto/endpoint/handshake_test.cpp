#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

std::size_t datagrams(const pair& link, bool from_client) {
  std::size_t found = 0;
  for (const auto& each : link.wire()) found += each.from_client == from_client ? 1U : 0U;
  return found;
}

TEST(Handshake, WithAKnownKeyTakesOneRoundTrip) {
  pair link;
  link.connect();
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, 50ms);
}

TEST(Handshake, FirstContactAsksForTheKeyAndTakesTwoRoundTrips) {
  pair link;
  const connection_handle handle = link.connect(false);
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return pair::find<relay_key_offered>(link.client_events()) != nullptr; }));
  EXPECT_EQ(pair::find<relay_key_offered>(link.client_events())->key, link.relay_public_key());
  link.client().trust(handle, link.now());
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, 100ms);
}

TEST(Handshake, TheRelayLearnsTheClientsIdentity) {
  pair link;
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  EXPECT_EQ(pair::find<accepted>(link.relay_events())->client, link.client_identity());
}

TEST(Handshake, WithoutEarlyDataTheIdentityTravelsUnderTheTransportKeys) {
  pair link;
  link.connect(true, false);
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_FALSE(link.accepted_handle()) << "nothing in INITIAL may tell who we are";
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  EXPECT_EQ(pair::find<accepted>(link.relay_events())->client, link.client_identity());
  EXPECT_FALSE(pair::find<accepted>(link.relay_events())->provisional);
}

TEST(Handshake, AOneShotMessageTakesTwoDatagramsAndOneClose) {
  pair link;
  const connection_handle client = link.connect();
  send_options options;
  options.tag = 7;
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), options, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return pair::find<readable>(link.relay_events()) != nullptr; }));
  const connection_handle relay = *link.accepted_handle();
  EXPECT_TRUE(pair::find<accepted>(link.relay_events())->early);
  const auto messages = link.receive_all(link.relay(), relay);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(text(messages[0]), "hello");
  ASSERT_TRUE(link.relay().send(relay, ordered_lane, text("committed"), {}, link.now()));
  std::string receipt;
  link.on_client_event = [&](const endpoint_event& event) {
    if (!std::holds_alternative<readable>(event)) return;
    receipt = text(link.receive_all(link.client(), client).at(0));
    EXPECT_EQ(datagrams(link, true), 1U);
    EXPECT_EQ(datagrams(link, false), 1U);
    link.client().close(client, close_code::none, "", link.now(), 0ms);
  };
  link.run_for(5s);
  EXPECT_EQ(receipt, "committed");
  EXPECT_EQ(link.wire()[0].datagram.size(), 1200U);
  EXPECT_EQ(datagrams(link, true), 2U) << "one CLOSE that acknowledges it";
  EXPECT_EQ(datagrams(link, false), 1U);
  EXPECT_NE(pair::find<validated>(link.relay_events()), nullptr);
  EXPECT_NE(pair::find<closed>(link.relay_events()), nullptr);
  EXPECT_EQ(link.relay().connection_count(), 0U);
  EXPECT_EQ(link.client().connection_count(), 0U);
}

TEST(Handshake, EarlyDataRidesInTheInitialAtFirstContactToo) {
  pair link;
  const connection_handle client = link.connect(false);
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return pair::find<relay_key_offered>(link.client_events()) != nullptr; }));
  link.client().trust(client, link.now());
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  EXPECT_TRUE(pair::find<accepted>(link.relay_events())->early);
}

TEST(Handshake, ReplyWaitsForTheCommitButNotForLong) {
  pair link;
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, 55ms) << "nobody answered, so REPLY left after 5 ms";
  EXPECT_TRUE(pair::find<connected>(link.client_events())->early_taken);
}

TEST(Handshake, EarlyDataThatIsNotTakenIsSentAgainOnce) {
  pair link;
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
  EXPECT_FALSE(pair::find<connected>(link.client_events())->early_taken);
}

TEST(Handshake, WhatMayNotTravelEarlyWaitsAndKeepsItsOrder) {
  pair link;
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

TEST(Handshake, ALostInitialIsRepeatedByteForByte) {
  pair link;
  int dropped = 0;
  link.to_relay = [&](bytes&) { return dropped++ > 0; };
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.wire()[0].datagram, link.wire()[1].datagram);
}

TEST(Handshake, ALostReplyIsRepeatedByteForByte) {
  pair link;
  int dropped = 0;
  link.to_client = [&](bytes&) { return dropped++ > 0; };
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  std::vector<bytes> replies;
  for (const auto& each : link.wire())
    if (!each.from_client) replies.push_back(each.datagram);
  ASSERT_GE(replies.size(), 2U);
  EXPECT_EQ(replies[0], replies[1]);
  EXPECT_EQ(link.relay().counters().connections_accepted, 1U) << "the repeated INITIAL was recognised";
}

TEST(Handshake, AWrongKeyIsToldFromSilence) {
  pair link;
  test::seeded_entropy other{99};
  connect_options options;
  options.relay_key = x25519_keypair::draw(other).public_part();
  options.self = std::make_shared<identity>(identity::draw(other));
  const connection_handle handle = link.client().connect(link.now(), link.relay_path, options);
  ASSERT_TRUE(link.client().send(handle, ordered_lane, text("secret"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return pair::find<relay_key_changed>(link.client_events()) != nullptr; }));
  const auto* changed = pair::find<relay_key_changed>(link.client_events());
  EXPECT_EQ(changed->offered, link.relay_public_key());
  EXPECT_EQ(link.relay().counters().connections_accepted, 0U);
  EXPECT_LE(link.now() - time_point{std::chrono::hours{1}}, 4s);
}

TEST(Handshake, SilenceStaysSilence) {
  pair link;
  link.to_client = [](bytes&) { return false; };
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return pair::find<closed>(link.client_events()) != nullptr; }, 61s));
  EXPECT_EQ(pair::find<closed>(link.client_events())->how, closed::cause::never_answered);
}

TEST(Handshake, ADamagedRetryShowsNoKey) {
  pair link;
  int seen = 0;
  link.to_client = [&](bytes& datagram) {
    if (seen++ == 0) datagram[50] ^= 1U;
    return true;
  };
  link.connect(false);
  ASSERT_TRUE(link.run_until([&] { return pair::find<relay_key_offered>(link.client_events()) != nullptr; }));
  EXPECT_EQ(pair::find<relay_key_offered>(link.client_events())->key, link.relay_public_key());
}

TEST(Handshake, BeforeValidationBytesOutNeverExceedBytesIn) {
  pair link;
  // The client vanishes after its INITIAL while the relay has much to say.
  link.to_client = [](bytes&) { return false; };
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(link.relay().send(*link.accepted_handle(), ordered_lane, bytes(1000), {}, link.now()));
  link.run_for(9s);
  std::size_t in = 0;
  std::size_t out = 0;
  for (const auto& each : link.wire()) (each.from_client ? in : out) += each.datagram.size();
  EXPECT_GT(out, 1000U);
  EXPECT_LE(out, in);
}

TEST(Handshake, ARelayUnderLoadAsksForATokenFirst) {
  endpoint_config loaded;
  loaded.admission.retry_rate = 0;
  pair link{1, 25ms, {}, loaded};
  link.connect();
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(link.now() - began, 100ms);
  EXPECT_EQ(link.relay().counters().retries_sent, 1U);
}

TEST(Handshake, ATokenIsBoundToAddressAndPort) {
  endpoint_config loaded;
  loaded.admission.retry_rate = 0;
  pair link{1, 25ms, {}, loaded};
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return link.relay().counters().retries_sent == 1; }));
  link.client_path.remote.port = 5001;
  link.run_for(60ms);
  EXPECT_EQ(pair::find<connected>(link.client_events()), nullptr);
  EXPECT_GE(link.relay().counters().token_bad, 1U);
}

TEST(Handshake, HalfOpenHandshakesAreBoundedAndExpire) {
  endpoint_config tight;
  tight.admission.half_open_prefix_max = 4;
  pair link{1, 25ms, {}, tight};
  link.to_client = [](bytes&) { return false; };
  for (int i = 0; i < 10; ++i) link.connect();
  link.run_for(100ms);
  EXPECT_EQ(link.relay().connection_count(), 4U);
  EXPECT_GE(link.relay().counters().retries_sent, 6U);
  link.run_for(70s);
  EXPECT_EQ(link.relay().connection_count(), 0U);
}

TEST(Handshake, BeyondTheConnectionsOfAPrefixOrInAllNobodyGetsIn) {
  endpoint_config of_a_prefix;
  of_a_prefix.connections_prefix_max = 2;
  endpoint_config in_all;
  in_all.connections_max = 2;
  for (const endpoint_config& tight : {of_a_prefix, in_all}) {
    pair link{1, 25ms, {}, tight};
    for (int i = 0; i < 3; ++i) link.connect();
    link.run_for(200ms);
    EXPECT_EQ(link.relay().connection_count(), 2U);
    EXPECT_EQ(link.relay().counters().connections_validated, 2U);
    EXPECT_GE(link.relay().counters().connections_refused, 1U);
  }
}

TEST(Handshake, ShortForgedAndForeignDatagramsLeaveNothingButCounters) {
  pair link;
  link.connect();
  link.drain();
  bytes initial = link.wire().at(0).datagram;
  const path attacker{address::v4(198, 51, 100, 1, 9), 0};
  bytes shorter(initial.begin(), initial.end() - 1);
  link.inject_to_relay(shorter, attacker);
  bytes forged = initial;
  forged.back() ^= 1U;
  link.inject_to_relay(forged, attacker);
  link.inject_to_relay(text("hello in plain text"), attacker);
  link.inject_to_relay({}, attacker);
  EXPECT_EQ(link.relay().connection_count(), 0U);
  EXPECT_EQ(link.relay().counters().short_handshake, 2U);
  EXPECT_EQ(link.relay().counters().initial_forged, 1U);
  EXPECT_EQ(link.relay().counters().malformed, 1U);
  std::array<std::uint8_t, limits::datagram_bytes_max> buffer{};
  EXPECT_FALSE(link.relay().poll_transmit(link.now(), buffer)) << "nobody is answered";
}

TEST(Handshake, AForgedReplyDoesNotEndTheHandshake) {
  pair link;
  int seen = 0;
  link.to_client = [&](bytes& datagram) {
    if (seen++ == 0) datagram.back() ^= 1U;
    return true;
  };
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_GE(link.client().counters().retry_forged, 1U);
}

}  // namespace
}  // namespace tern::proto
