// Two endpoints over TCP on this machine, each with its driver, in one thread.
#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/stations.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using test::pair_of_stations;
using test::station;

struct pair_on_streams : pair_of_stations {
  pair_on_streams() { relay.listen(); }

  proto::connection_handle connect() { return client.connect_stream(relay.stream_address, key.public_part()); }
};

TEST(DriverStream, CarriesMessagesBothWays) {
  pair_on_streams it;
  const auto stream = it.connect();
  it.client.say(stream, "there");
  ASSERT_TRUE(it.run_until([&] { return !it.relay.texts.empty(); }));
  EXPECT_EQ(it.relay.texts, std::vector<std::string>{"there"});
  it.relay.say(it.relay.from, "and back");
  ASSERT_TRUE(it.run_until([&] { return !it.client.texts.empty(); }));
  EXPECT_EQ(it.client.texts, std::vector<std::string>{"and back"});
  EXPECT_EQ(it.client.runner.counters().streams_opened, 1U);
  EXPECT_EQ(it.relay.runner.counters().streams_accepted, 1U);
  EXPECT_EQ(it.client.runner.counters().datagrams_sent, 0U);
}

TEST(DriverStream, EchoesAThousandMessagesInOrder) {
  pair_on_streams it;
  const auto stream = it.connect();
  std::size_t echoed = 0;
  it.relay.on_each = [&](const proto::endpoint_event&) {
    for (; echoed < it.relay.texts.size(); ++echoed) it.relay.say(it.relay.from, it.relay.texts[echoed]);
  };
  std::vector<std::string> sent;
  for (int i = 0; i < 1000; ++i) {
    sent.push_back("message " + std::to_string(i));
    it.client.say(stream, sent.back());
  }
  ASSERT_TRUE(it.run_until([&] { return it.client.texts.size() >= sent.size(); }));
  EXPECT_EQ(it.client.texts, sent);
  it.io.run_for(std::chrono::milliseconds{50});
  const auto turns = it.client.turns + it.relay.turns;
  it.io.run_for(std::chrono::milliseconds{100});
  EXPECT_LT(it.client.turns + it.relay.turns - turns, 10U) << "a driver that has nothing to do must not spin";
}

TEST(DriverStream, AMessageOfTheLargestSizeArrivesWhole) {
  pair_on_streams it;
  const auto stream = it.connect();
  const std::string large(proto::limits::message_bytes_max_default, 'l');
  it.client.say(stream, large);
  ASSERT_TRUE(it.run_until([&] { return !it.relay.texts.empty(); }));
  EXPECT_TRUE(it.relay.texts.front() == large);
}

TEST(DriverStream, TellsWhereItsSocketIsOnceConnected) {
  pair_on_streams it;
  const auto stream = it.connect();
  EXPECT_FALSE(it.client.runner.local_address_of(stream));
  ASSERT_TRUE(it.run_until([&] { return it.client.was_told<proto::connected>(); }));
  const auto local = it.client.runner.local_address_of(stream);
  ASSERT_TRUE(local);
  EXPECT_EQ(local->ip, test::loopback().ip);
  EXPECT_NE(local->port, 0U);
}

TEST(DriverStream, AClosedPortIsToldWithItsReason) {
  pair_on_streams it;
  const auto closed = stream_listener::open(test::loopback())->local_address();
  const auto stream = it.client.connect_stream(closed, it.key.public_part());
  ASSERT_TRUE(it.run_until([&] { return it.client.how_it_closed() != nullptr; }));
  ASSERT_EQ(it.client.reports.size(), 1U);
  EXPECT_EQ(it.client.reports.front().remote, closed);
  EXPECT_EQ(it.client.reports.front().reason, std::errc::connection_refused);
  EXPECT_EQ(it.client.reports.front().stream, stream);
  EXPECT_EQ(it.client.runner.counters().streams_failed, 1U);
  EXPECT_EQ(it.client.endpoint.connection_count(), 0U);
}

TEST(DriverStream, ClosingDrainsAndTellsThePeer) {
  pair_on_streams it;
  const auto stream = it.connect();
  ASSERT_TRUE(it.run_until([&] { return it.client.was_told<proto::connected>(); }));
  it.client.say(stream, "last words");
  it.client.endpoint.close(stream, proto::close_code::none, "done", clock::now(), std::chrono::seconds{5});
  it.client.runner.wake();
  ASSERT_TRUE(it.run_until([&] { return it.relay.how_it_closed() != nullptr; }));
  EXPECT_EQ(it.relay.texts, std::vector<std::string>{"last words"});
  EXPECT_EQ(it.relay.how_it_closed()->how, proto::closed::cause::by_peer);
  EXPECT_EQ(it.relay.how_it_closed()->reason, "done");
}

TEST(DriverStream, NothingIsCalledAfterItsEnd) {
  net::io_context io;
  {
    station alone{io, {}};
    alone.listen();
    alone.connect_stream(alone.stream_address, std::nullopt);
  }
  io.run_for(test::hang);
  SUCCEED();
}

}  // namespace
}  // namespace tern::udp
