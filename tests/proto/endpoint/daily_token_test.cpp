// What REPLY gives for later connections, and what it is good for.
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

endpoint_config busy() {
  endpoint_config config;
  config.admission.retry_rate = 0;
  return config;
}

struct GivenToken : testing::Test {
  GivenToken() {
    link.connect();
    EXPECT_TRUE(link.run_until([&] { return pair::find<token_given>(link.client_events()) != nullptr; }));
    if (const auto* given = pair::find<token_given>(link.client_events())) link.base.token = given->token;
    link.run_for(100ms);
  }
  // How long the next connection takes.
  duration time_to_connect() {
    link.client_events().clear();
    const time_point began = link.now();
    link.connect();
    EXPECT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
    return link.now() - began;
  }
  pair link{1, 25ms, {}, busy()};
};

TEST_F(GivenToken, SparesTheRoundTripOfARetry) {
  EXPECT_EQ(time_to_connect(), 50ms);
  EXPECT_EQ(link.relay().counters().token_daily, 1U);
}

TEST_F(GivenToken, IsGoodAtAnotherPort) {
  link.client_path.remote.port = 5001;
  EXPECT_EQ(time_to_connect(), 50ms);
}

TEST_F(GivenToken, IsNotGoodAtAnotherAddress) {
  link.client_path.remote = address::v4(192, 0, 2, 99, 5000);
  EXPECT_EQ(time_to_connect(), 100ms);
  EXPECT_EQ(link.relay().counters().token_bad, 1U);
}

TEST_F(GivenToken, OutlivesTheRelaysProcess) {
  link.restart_relay();
  EXPECT_EQ(time_to_connect(), 50ms);
}

TEST_F(GivenToken, IsGoodForADay) {
  link.run_for(25h);
  EXPECT_EQ(time_to_connect(), 100ms) << "an expired one counts as none";
}

TEST_F(GivenToken, DoesNotLiftTheLimitOnWhatIsSentToTheAddress) {
  link.to_client = [](bytes&) { return false; };
  const std::size_t before = link.wire().size();
  link.relay_events().clear();
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  ASSERT_TRUE(link.run_until([&] { return link.accepted_handle().has_value(); }));
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(link.relay().send(*link.accepted_handle(), ordered_lane, bytes(1000), {}, link.now()));
  link.run_for(9s);
  std::size_t in = 0;
  std::size_t out = 0;
  for (std::size_t i = before; i < link.wire().size(); ++i)
    (link.wire()[i].from_client ? in : out) += link.wire()[i].datagram.size();
  EXPECT_GT(out, 1000U);
  EXPECT_LE(out, in);
}

TEST_F(GivenToken, EvictsNobody) {
  endpoint_config full = busy();
  full.admission.half_open_prefix_max = 1;
  link.restart_relay([&](endpoint_config& config) { config.admission = full.admission; });
  link.to_client = [](bytes&) { return false; };
  link.connect();
  link.connect();
  link.run_for(100ms);
  EXPECT_EQ(link.relay().counters().half_open_evicted, 0U) << "it may have been recorded and sent by another";
  EXPECT_EQ(link.relay().counters().retries_sent, 1U);
}

TEST(OversizedToken, IsLeftOut) {
  pair link;
  link.base.token = bytes(500, 1);
  link.connect();
  EXPECT_TRUE(link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }));
}

}  // namespace
}  // namespace tern::proto
