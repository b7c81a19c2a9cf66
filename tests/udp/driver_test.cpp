// Two endpoints on real sockets, in one thread.
#include "udp/driver.hpp"

#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/stations.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using test::pair_of_stations;
using test::station;

TEST(Driver, CarriesMessagesBothWays) {
  pair_of_stations it;
  const auto connection = it.client.connect(it.relay.address, it.key.public_part());
  it.client.say(connection, "there");
  ASSERT_TRUE(it.run_until([&] { return !it.relay.texts.empty(); }));
  EXPECT_EQ(it.relay.texts, std::vector<std::string>{"there"});
  it.relay.say(it.relay.from, "and back");
  ASSERT_TRUE(it.run_until([&] { return !it.client.texts.empty(); }));
  EXPECT_EQ(it.client.texts, std::vector<std::string>{"and back"});
  EXPECT_TRUE(it.client.was_told<proto::connected>());
  EXPECT_TRUE(it.relay.was_told<proto::accepted>());
}

TEST(Driver, CarriesManyMessagesInOrderAndThenRests) {
  pair_of_stations it;
  const auto connection = it.client.connect(it.relay.address, it.key.public_part());
  std::vector<std::string> sent;
  for (int i = 0; i < 5000; ++i) {
    sent.push_back("message " + std::to_string(i));
    it.client.say(connection, sent.back());
  }
  ASSERT_TRUE(it.run_until([&] { return it.relay.texts.size() >= sent.size(); }));
  EXPECT_EQ(it.relay.texts, sent);
  ASSERT_TRUE(it.run_until([&] { return it.client.endpoint.statistics(connection)->bytes_in_flight == 0; }));
  const auto turns = it.client.turns + it.relay.turns;
  it.io.run_for(std::chrono::milliseconds{100});
  EXPECT_LT(it.client.turns + it.relay.turns - turns, 50U) << "a driver that has nothing to do must not spin";
}

TEST(Driver, AMessageOfTheLargestSizeArrivesWhole) {
  pair_of_stations it;
  const auto connection = it.client.connect(it.relay.address, it.key.public_part());
  const std::string large(proto::limits::message_bytes_max_default, 'l');
  it.client.say(connection, large);
  ASSERT_TRUE(it.run_until([&] { return !it.relay.texts.empty(); }));
  EXPECT_TRUE(it.relay.texts.front() == large);
}

TEST(Driver, FirstContactShowsTheRelaysKey) {
  pair_of_stations it;
  const auto connection = it.client.connect(it.relay.address, std::nullopt);
  it.client.on_each = [&](const proto::endpoint_event& event) {
    const auto* offer = std::get_if<proto::relay_key_offered>(&event);
    if (offer == nullptr) return;
    EXPECT_EQ(offer->key, it.key.public_part());
    it.client.endpoint.trust(connection, clock::now());
  };
  it.client.say(connection, "trusted");
  EXPECT_TRUE(it.run_until([&] { return !it.relay.texts.empty(); }));
}

TEST(Driver, AClosedPortIsToldAtOnce) {
  pair_of_stations it;
  const auto closed = udp_socket::open(test::loopback())->local_address();
  it.client.connect(closed, it.key.public_part());
  ASSERT_TRUE(it.run_until([&] { return !it.client.reports.empty(); }));
  EXPECT_EQ(it.client.reports.front().remote, closed);
  EXPECT_EQ(it.client.reports.front().reason, std::errc::connection_refused);
}

TEST(Driver, AnAddressThatTheSocketCannotReachIsTold) {
  pair_of_stations it;
  it.client.connect(test::loopback_v6(9), it.key.public_part());
  ASSERT_TRUE(it.run_until([&] { return !it.client.reports.empty(); }));
  EXPECT_EQ(it.client.runner.counters().datagrams_sent, 0U);
}

TEST(Driver, TheOwnersDeadlineGivesItATurn) {
  pair_of_stations it;
  it.client.deadline = clock::now() + std::chrono::milliseconds{20};
  it.client.runner.wake();
  ASSERT_TRUE(it.run_until([&] { return clock::now() >= *it.client.deadline; }));
  const auto turns = it.client.turns;
  EXPECT_LT(turns, 5U);
  it.client.deadline.reset();
  EXPECT_TRUE(it.run_until([&] { return it.client.turns >= 2; }));
}

TEST(Driver, NothingIsCalledAfterItsEnd) {
  net::io_context io;
  {
    station alone{io, {}};
    alone.runner.wake();
    alone.deadline = clock::now();
  }
  io.run_for(test::hang);
  SUCCEED();
}

TEST(Driver, ClosingDrainsAndTellsThePeer) {
  pair_of_stations it;
  const auto connection = it.client.connect(it.relay.address, it.key.public_part());
  ASSERT_TRUE(it.run_until([&] { return it.client.was_told<proto::connected>(); }));
  it.client.say(connection, "last words");
  it.client.endpoint.close(connection, proto::close_code::none, "done", clock::now(), std::chrono::seconds{5});
  it.client.runner.wake();
  ASSERT_TRUE(it.run_until([&] { return it.relay.was_told<proto::closed>(); }));
  EXPECT_EQ(it.relay.texts, std::vector<std::string>{"last words"});
}

}  // namespace
}  // namespace tern::udp
