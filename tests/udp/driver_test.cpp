// Two endpoints on real sockets, in one thread.
#include "udp/driver.hpp"

#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/run.hpp"
#include "udp/clock.hpp"
#include "udp/system_entropy.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <vector>

namespace tern::udp {
namespace {

using proto::as_bytes;
using proto::as_text;

constexpr proto::lane_id lane{1, proto::priority::interactive, proto::delivery::reliable_ordered};

// An endpoint with its driver and one socket; keeps what it was told.
struct station : driver_owner {
  station(net::io_context& io, proto::endpoint_config config, const proto::address& local = test::loopback())
      : endpoint(std::move(config), source, clock::now()), runner(io.get_executor(), endpoint, *this) {
    auto socket = udp_socket::open(local);
    EXPECT_TRUE(socket);
    address = socket->local_address();
    runner.add_socket(std::move(*socket));
  }

  void on_event(proto::time_point now, proto::endpoint_event event) override {
    events.push_back(event);
    if (const auto* ready = std::get_if<proto::readable>(&event)) take_messages(ready->connection, now);
    if (on_each) on_each(event);
  }
  void on_turn(proto::time_point) override { ++turns; }
  std::optional<proto::time_point> next_deadline() override { return deadline; }
  void on_unreachable(proto::time_point, const unreachable_report& report) override { reports.push_back(report); }

  void take_messages(proto::connection_handle connection, proto::time_point now) {
    while (const auto message = endpoint.receive(connection, now)) {
      texts.emplace_back(as_text(message->payload));
      from = connection;
    }
  }
  proto::connection_handle connect(const proto::address& to, const std::optional<proto::public_key>& key) {
    proto::connect_options options;
    options.relay_key = key;
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(source));
    const auto connection = endpoint.connect(clock::now(), proto::path{to, 0}, options);
    runner.wake();
    return connection;
  }
  void say(proto::connection_handle connection, std::string_view text) {
    const auto payload = as_bytes(text);
    ASSERT_TRUE(endpoint.send(connection, lane, {payload.begin(), payload.end()}, {}, clock::now()));
    runner.wake();
  }
  template <class Event>
  bool was_told() const {
    return std::any_of(events.begin(), events.end(),
                       [](const auto& event) { return std::holds_alternative<Event>(event); });
  }

  system_entropy source;
  proto::endpoint endpoint;
  driver runner;
  proto::address address;
  std::vector<proto::endpoint_event> events;
  std::vector<std::string> texts;
  std::vector<unreachable_report> reports;
  std::function<void(const proto::endpoint_event&)> on_each;
  std::optional<proto::time_point> deadline;
  proto::connection_handle from;
  std::uint64_t turns = 0;
};

struct pair_of_stations {
  static proto::endpoint_config relay_config(const proto::x25519_keypair& key) {
    proto::endpoint_config config;
    config.relay_key = std::make_shared<const proto::x25519_keypair>(key.clone());
    return config;
  }
  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + test::hang;
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(test::hang);
    return condition();
  }

  net::io_context io;
  system_entropy source;
  proto::x25519_keypair key = proto::x25519_keypair::draw(source);
  station relay{io, relay_config(key)};
  station client{io, {}};
};

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
