// Endpoints on real sockets for tests, several of them in one thread.
#pragma once

#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/run.hpp"
#include "udp/clock.hpp"
#include "udp/driver.hpp"
#include "udp/system_entropy.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace tern::test {

inline constexpr proto::lane_id lane{1, proto::priority::interactive, proto::delivery::reliable_ordered};

// An endpoint with its driver and one socket; keeps what it was told.
struct station : udp::driver_owner {
  station(net::io_context& io, proto::endpoint_config config, const proto::address& local = loopback())
      : endpoint(std::move(config), source, udp::clock::now()), runner(io.get_executor(), endpoint, *this) {
    auto socket = udp::udp_socket::open(local);
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
  void on_unreachable(proto::time_point, const udp::unreachable_report& report) override { reports.push_back(report); }

  void take_messages(proto::connection_handle connection, proto::time_point now) {
    while (const auto message = endpoint.receive(connection, now)) {
      texts.emplace_back(proto::as_text(message->payload));
      from = connection;
    }
  }
  proto::connect_options options_for(const std::optional<proto::public_key>& key) {
    proto::connect_options options;
    options.relay_key = key;
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(source));
    return options;
  }
  proto::connection_handle connect(const proto::address& to, const std::optional<proto::public_key>& key) {
    const auto connection = endpoint.connect(udp::clock::now(), proto::path{to, 0}, options_for(key));
    runner.wake();
    return connection;
  }
  proto::connection_handle connect_stream(const proto::address& to, const std::optional<proto::public_key>& key) {
    const auto stream = endpoint.connect_stream(udp::clock::now(), proto::path{to, 0}, options_for(key));
    runner.open_stream(stream, to);
    runner.wake();
    return stream;
  }
  void listen(const proto::address& at = loopback()) {
    auto opened = udp::stream_listener::open(at);
    ASSERT_TRUE(opened);
    stream_address = opened->local_address();
    runner.add_stream_listener(std::move(*opened));
  }
  void say(proto::connection_handle connection, std::string_view text) {
    const auto payload = proto::as_bytes(text);
    ASSERT_TRUE(endpoint.send(connection, lane, {payload.begin(), payload.end()}, {}, udp::clock::now()));
    runner.wake();
  }
  template <class Event>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [](const auto& event) { return std::holds_alternative<Event>(event); }));
  }
  template <class Event>
  bool was_told() const {
    return count<Event>() > 0;
  }
  // The first connection that did; nullptr while none has.
  const proto::closed* how_it_closed() const {
    for (const auto& event : events) {
      if (const auto* closed = std::get_if<proto::closed>(&event)) return closed;
    }
    return nullptr;
  }

  udp::system_entropy source;
  proto::endpoint endpoint;
  udp::driver runner;
  proto::address address;
  proto::address stream_address;  // after listen()
  std::vector<proto::endpoint_event> events;
  std::vector<std::string> texts;
  std::vector<udp::unreachable_report> reports;
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
    const auto end = std::chrono::steady_clock::now() + hang;
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(hang);
    return condition();
  }

  net::io_context io;
  udp::system_entropy source;
  proto::x25519_keypair key = proto::x25519_keypair::draw(source);
  station relay{io, relay_config(key)};
  station client{io, {}};
};

}  // namespace tern::test
