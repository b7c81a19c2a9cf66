// A private relay: who holds an invite comes in, and nobody else gets an octet.
#include "proto/packet/header.hpp"
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

invite made(std::uint8_t number) {
  byte_array<32> octets{};
  octets.fill(static_cast<std::uint8_t>(number + 100));
  return {invite_id{{number}}, secret<32>{octets}};
}
std::vector<invite> book(std::initializer_list<std::uint8_t> numbers) {
  std::vector<invite> all;
  for (const std::uint8_t number : numbers) all.push_back(made(number));
  return all;
}
endpoint_config closed_to_strangers() {
  endpoint_config config;
  config.is_private = true;
  return config;
}

struct PrivateRelay : testing::Test {
  PrivateRelay() { link.relay().set_invites(book({1, 2}), link.now()); }
  void show(std::uint8_t number) { link.base.invite = std::make_shared<const invite>(made(number)); }
  bool connects(duration limit = 10s) {
    link.client_events().clear();
    link.connect();
    return link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }, limit);
  }
  std::size_t octets_from_relay() const {
    std::size_t sum = 0;
    for (const auto& each : link.wire()) sum += each.from_client ? 0 : each.datagram.size();
    return sum;
  }
  pair link{1, 25ms, {}, closed_to_strangers()};
};

TEST_F(PrivateRelay, LetsInWhoHoldsAnInviteInOneRoundTrip) {
  show(1);
  const time_point began = link.now();
  ASSERT_TRUE(connects());
  EXPECT_EQ(link.now() - began, 50ms);
}

TEST_F(PrivateRelay, TakesEarlyDataOfItsGuests) {
  show(2);
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  const auto messages = link.receive_all(link.relay(), *link.accepted_handle());
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(text(messages[0]), "hello");
}

TEST_F(PrivateRelay, IsSilentToWhoHasNone) {
  EXPECT_FALSE(connects());
  EXPECT_EQ(octets_from_relay(), 0U);
  EXPECT_GE(link.relay().counters().uninvited, 3U);
}

TEST_F(PrivateRelay, IsSilentToWhoAsksForItsKey) {
  link.connect(false);
  link.run_for(10s);
  EXPECT_EQ(octets_from_relay(), 0U);
}

TEST_F(PrivateRelay, IsSilentToAnUnknownInvite) {
  show(3);
  EXPECT_FALSE(connects());
  EXPECT_EQ(octets_from_relay(), 0U);
}

TEST_F(PrivateRelay, IsSilentToAKnownIdWithAnotherSecret) {
  link.base.invite = std::make_shared<const invite>(invite_id{{1}}, secret<32>{byte_array<32>{}});
  EXPECT_FALSE(connects());
  EXPECT_EQ(octets_from_relay(), 0U);
}

TEST_F(PrivateRelay, IsSilentUnderLoadToo) {
  link.restart_relay([](endpoint_config& config) { config.admission.retry_rate = 0; });
  EXPECT_FALSE(connects());
  EXPECT_EQ(octets_from_relay(), 0U);
  link.relay().set_invites(book({1}), link.now());
  show(1);
  EXPECT_TRUE(connects()) << "by a RETRY, which only guests see";
  EXPECT_EQ(link.relay().counters().retries_sent, 1U);
}

TEST_F(PrivateRelay, IsSilentToAnInitialThatWasChanged) {
  show(1);
  link.to_relay = [n = std::size_t{0}](bytes& datagram) mutable {
    const std::array<std::size_t, 6> places{2, 3, 11, 14, 25, 400};
    if (n < places.size()) datagram[places[n++]] ^= 1U;
    return true;
  };
  link.connect();
  link.run_for(4s);
  EXPECT_EQ(octets_from_relay(), 0U);
}

TEST_F(PrivateRelay, AnInviteThatIsRevokedLetsNobodyInAndClosesWhatItOpened) {
  show(1);
  ASSERT_TRUE(connects());
  link.run_for(100ms);
  show(2);
  ASSERT_TRUE(connects());
  link.run_for(100ms);
  link.client_events().clear();
  link.relay().set_invites(book({2}), link.now());
  link.run_for(1s);
  ASSERT_EQ(pair::count<closed>(link.client_events()), 1U);
  EXPECT_EQ(pair::find<closed>(link.client_events())->reason, "the invite was revoked");
  const std::size_t before = octets_from_relay();
  show(1);
  EXPECT_FALSE(connects());
  EXPECT_LE(octets_from_relay() - before, 200U) << "keep-alives of the other at most";
}

TEST_F(PrivateRelay, AHolderOfAnInviteNeverAsksForTheKey) {
  show(3);
  link.connect();
  link.run_for(30s);
  for (const auto& each : link.wire()) EXPECT_NE(each.datagram.front(), static_cast<std::uint8_t>(packet_type::hello));
}

TEST_F(PrivateRelay, AnOpenRelayTakesInvitesTooAndDropsBadOnes) {
  link.restart_relay([](endpoint_config& config) { config.is_private = false; });
  link.relay().set_invites(book({1}), link.now());
  EXPECT_TRUE(connects());
  show(1);
  EXPECT_TRUE(connects());
  show(2);
  EXPECT_FALSE(connects());
}

TEST_F(PrivateRelay, AnswersAResetToAGuestOfYesterday) {
  show(1);
  ASSERT_TRUE(connects());
  link.run_for(100ms);
  const auto* standing = pair::find<connected>(link.client_events());
  link.restart_relay();
  ASSERT_TRUE(link.client().send(standing->connection, ordered_lane, text("hello"), {}, link.now()));
  link.run_for(1s);
  ASSERT_NE(pair::find<closed>(link.client_events()), nullptr);
  EXPECT_EQ(pair::find<closed>(link.client_events())->how, closed::cause::reset);
}

}  // namespace
}  // namespace tern::proto
