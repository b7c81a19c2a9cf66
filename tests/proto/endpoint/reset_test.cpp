// A relay that was restarted has forgotten its connections, and says so to their clients.
#include "proto/packet/header.hpp"
#include "proto/packet/writer.hpp"
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

bool is_reset(const bytes& datagram) { return datagram.front() == static_cast<std::uint8_t>(packet_type::reset); }

struct Reset : testing::Test {
  explicit Reset(endpoint_config relay = {}) : link(1, 25ms, {}, std::move(relay)) {
    client = link.connect();
    EXPECT_TRUE(link.run_until([&] { return pair::find<validated>(link.relay_events()) != nullptr; }));
    link.run_for(1s);
  }
  void say() { EXPECT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now())); }
  const closed* end() { return pair::find<closed>(link.client_events()); }
  std::vector<bytes> resets() const {
    std::vector<bytes> found;
    for (const auto& each : link.wire())
      if (is_reset(each.datagram)) found.push_back(each.datagram);
    return found;
  }
  // The last DATA packet that the client has sent.
  bytes last_data() const {
    for (auto each = link.wire().rbegin(); each != link.wire().rend(); ++each)
      if (each->from_client && each->datagram.front() == 0x80) return each->datagram;
    return {};
  }

  pair link;
  connection_handle client;
};

TEST_F(Reset, TellsTheClientWithinARoundTripThatItsConnectionIsNoMore) {
  link.restart_relay();
  say();
  const time_point began = link.now();
  ASSERT_TRUE(link.run_until([&] { return end() != nullptr; }));
  EXPECT_EQ(link.now() - began, 50ms);
  EXPECT_EQ(end()->how, closed::cause::reset);
  EXPECT_EQ(link.client().counters().resets_received, 1U);
  EXPECT_FALSE(link.client().send(client, ordered_lane, text("more"), {}, link.now()));
  link.run_for(5s);
  EXPECT_EQ(link.client().connection_count(), 0U);
}

TEST_F(Reset, IsSmallerThanAnyPacketThatIsAnsweredByOne) {
  link.restart_relay();
  say();
  link.run_for(5s);
  ASSERT_FALSE(resets().empty());
  for (const bytes& reset : resets()) EXPECT_LT(reset.size(), data_packet_bytes_min);
  EXPECT_EQ(resets().front().size(), reset_bytes);
}

TEST_F(Reset, ComesFromWhoeverHasTheStoredSecretAlone) {
  test::seeded_entropy source{77};
  link.restart_relay([&](endpoint_config& config) {
    config.stored_secret = std::make_shared<const secret<32>>(secret<32>::draw(source));
  });
  say();
  link.run_for(10s);
  EXPECT_TRUE(resets().empty());
  EXPECT_EQ(end(), nullptr);
  EXPECT_GE(link.relay().counters().unknown_connection, 1U);
}

TEST_F(Reset, AnswersNoIdThatWasNeverIssued) {
  bytes datagram = last_data();
  test::seeded_entropy source{5};
  for (int i = 0; i < 1000; ++i) {
    source.fill(mutable_byte_view{datagram}.subspan(1, 8));
    datagram[1] = 0;
    link.inject_to_relay(datagram, link.client_path);
  }
  link.run_for(1s);
  EXPECT_TRUE(resets().empty());
}

TEST_F(Reset, AnswersNoIdOfAnotherShard) {
  link.restart_relay([](endpoint_config& config) { config.shard = 1; });
  say();
  link.run_for(5s);
  EXPECT_TRUE(resets().empty());
}

TEST_F(Reset, OfTheWrongTokenDoesNothing) {
  const bytes genuine = [&] {
    link.to_client = [](bytes&) { return false; };
    link.restart_relay();
    say();
    link.run_for(200ms);
    return resets().at(0);
  }();
  for (std::size_t bit = 16; bit < 8 * genuine.size(); ++bit) {
    bytes forged = genuine;
    forged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    link.inject_to_client(forged);
  }
  bytes longer = genuine;
  longer.push_back(0);
  link.inject_to_client(longer);
  link.inject_to_client({genuine.begin(), genuine.end() - 1});
  link.drain();
  EXPECT_EQ(end(), nullptr);
  EXPECT_EQ(link.client().counters().resets_forged, 8 * reset_bytes - 16);
  link.inject_to_client(genuine);
  link.drain();
  ASSERT_NE(end(), nullptr);
  EXPECT_EQ(end()->how, closed::cause::reset);
}

TEST_F(Reset, IsAnsweredByNothing) {
  link.restart_relay();
  say();
  link.run_for(200ms);
  const auto sent = link.wire().size();
  link.inject_to_relay(resets().at(0), link.client_path);
  link.inject_to_client(resets().at(0));
  link.run_for(5s);
  EXPECT_EQ(link.wire().size(), sent);
}

TEST_F(Reset, IsNotSentWhereTheConnectionIsKnown) {
  bytes forged = last_data();
  forged.back() ^= 1U;
  link.inject_to_relay(forged, link.client_path);
  link.run_for(1s);
  EXPECT_TRUE(resets().empty());
}

TEST_F(Reset, AClientsEndpointAnswersNobody) {
  bytes datagram = last_data();
  link.inject_to_client(datagram);
  link.run_for(1s);
  EXPECT_TRUE(resets().empty());
}

struct LimitedReset : Reset {
  static endpoint_config few() {
    endpoint_config config;
    config.admission.resets_rate = 2;
    config.admission.resets_burst = 5;
    return config;
  }
  LimitedReset() : Reset(few()) {}
};

TEST_F(LimitedReset, IsRateLimited) {
  link.restart_relay();
  link.to_client = [](bytes&) { return false; };
  const bytes datagram = last_data();
  for (int i = 0; i < 50; ++i) link.inject_to_relay(datagram, link.client_path);
  link.drain();
  EXPECT_EQ(resets().size(), 5U);
  EXPECT_EQ(link.relay().counters().resets_withheld, 45U);
  link.run_for(1s);
  for (int i = 0; i < 50; ++i) link.inject_to_relay(datagram, link.client_path);
  link.drain();
  EXPECT_EQ(resets().size(), 7U);
}

}  // namespace
}  // namespace tern::proto
