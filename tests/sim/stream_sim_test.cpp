// Promises of the four delivery modes, and of the handshake, over streams.
#include "tests/sim/bad_link.hpp"
#include "tests/sim/bad_pipe.hpp"
#include "tests/sim/delivery_story.hpp"

#include <gtest/gtest.h>
#include <iostream>

namespace tern::sim {
namespace {

using namespace std::chrono_literals;

connection_handle add_stream_client(world& virtual_world, random& source, bool print) {
  const auto up = draw_bad_pipe(source);
  const auto down = draw_bad_pipe(source);
  if (print) std::cout << "up: " << describe(up) << "\n     down: " << describe(down) << '\n';
  return virtual_world.connect_stream(virtual_world.add_client({}, {}), up, down, source.chance(0.5));
}

client_maker over_bad_streams(bool print) {
  return [print](world& virtual_world, random& source) { return add_stream_client(virtual_world, source, print); };
}

void expect_promises(const client_maker& add_client, std::uint64_t tries) {
  std::uint64_t deliveries = 0;
  for (std::uint64_t seed = 1; seed <= tries; ++seed) {
    deliveries += run(seed, add_client).deliveries;
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  std::cout << tries << " seeds, " << deliveries << " deliveries\n";
}

TEST(StreamSim, EveryModeKeepsItsPromiseOverBadStreams) { expect_promises(over_bad_streams(false), seeds()); }

TEST(StreamSim, EveryModeKeepsItsPromiseOneOctetASegment) {
  const auto by_octets = [](world& virtual_world, random& source) {
    const pipe_conditions octets{.delay = 20ms, .segment_bytes_max = 1};
    return virtual_world.connect_stream(virtual_world.add_client({}, {}), octets, octets, source.chance(0.5));
  };
  expect_promises(by_octets, 3);
}

TEST(StreamSim, StreamsAndDatagramsLiveInOneRelay) {
  bool stream_next = false;
  const auto mixed = [&](world& virtual_world, random& source) {
    stream_next = !stream_next;
    if (stream_next) return add_stream_client(virtual_world, source, false);
    const auto up = draw_bad_link(source);
    const auto down = draw_bad_link(source);
    return virtual_world.connect(virtual_world.add_client(up, down), source.chance(0.5));
  };
  expect_promises(mixed, seeds() / 4);
}

TEST(StreamSim, TheSameSeedGivesTheSameTrace) {
  const auto trace = [](std::uint64_t seed) { return run(seed, over_bad_streams(false)).trace; };
  for (const std::uint64_t seed : {3U, 17U, 42U}) EXPECT_EQ(trace(seed), trace(seed)) << seed;
  EXPECT_NE(trace(3), trace(4));
}

TEST(StreamSim, AStalledReaderCostsBoundedMemoryAndLosesNothing) {
  // The relay's peer stops reading its socket: the relay goes on sending until it is told that
  // its queue is full, and everything arrives when the peer reads again.
  endpoint_config config;
  config.queue_bytes_max = 1U << 20U;
  world virtual_world{7, config};
  client_node& client = virtual_world.add_client({}, {});
  const connection_handle handle = virtual_world.connect_stream(client, {}, {});
  std::optional<connection_handle> relay;
  bool is_writable = true;
  virtual_world.on_event = [&](node&, const endpoint_event& event) {
    if (const auto* valid = std::get_if<validated>(&event)) relay = valid->connection;
    is_writable |= std::holds_alternative<writable>(event);
  };
  ASSERT_TRUE(virtual_world.run_until([&] { return relay.has_value(); }, 1s));
  virtual_world.wire(0).down().stall(true);
  std::uint32_t sent = 0;
  std::uint64_t most_queued = 0;
  const auto send_while_possible = [&] {
    while (is_writable && sent < 10'000) {
      is_writable = virtual_world.relay()
                        .side.send(*relay, lanes[0], make_payload(sent, 1000), {}, virtual_world.now())
                        .has_value();
      sent += is_writable ? 1U : 0U;
    }
    most_queued = std::max(most_queued, virtual_world.relay().side.queued_bytes(*relay));
  };
  virtual_world.on_turn = send_while_possible;
  virtual_world.run_for(20s);
  EXPECT_FALSE(is_writable);
  EXPECT_LE(most_queued, config.queue_bytes_max);
  std::uint32_t received = 0;
  virtual_world.on_turn = [&] {
    send_while_possible();
    while (const auto message = client.side.receive(handle, virtual_world.now()))
      ASSERT_EQ(message->payload, make_payload(received++, 1000));
  };
  virtual_world.wire(0).down().stall(false);
  EXPECT_TRUE(virtual_world.run_until([&] { return received == 10'000; }, 60s)) << received << " of " << sent;
}

// How long until the client is connected and the relay knows who it is.
std::optional<duration> shake_hands(std::uint64_t seed, const pipe_conditions& up, const pipe_conditions& down,
                                    bool knows_key) {
  world virtual_world{seed};
  virtual_world.connect_stream(virtual_world.add_client({}, {}), up, down, knows_key);
  bool is_connected = false;
  bool is_accepted = false;
  virtual_world.on_event = [&](node& at, const endpoint_event& event) {
    if (const auto* offered = std::get_if<relay_key_offered>(&event))
      at.side.trust(offered->connection, virtual_world.now());
    is_connected |= std::holds_alternative<connected>(event);
    is_accepted |= std::holds_alternative<accepted>(event);
  };
  const time_point began = virtual_world.now();
  if (!virtual_world.run_until([&] { return is_connected && is_accepted; }, 10s)) return std::nullopt;
  return virtual_world.now() - began;
}

TEST(StreamSim, HandshakesSurviveAnyCuttingAndTakeTheirRoundTrips) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    random source{seed};
    const auto up = draw_bad_pipe(source);
    const auto down = draw_bad_pipe(source);
    for (const bool knows_key : {true, false}) {
      const auto took = shake_hands(seed, up, down, knows_key);
      ASSERT_TRUE(took) << "seed " << seed;
      const duration round_trips = (up.delay + down.delay) * (knows_key ? 2 : 3);  // TCP's own among them
      EXPECT_GE(*took, round_trips);
      const bool pauses = up.pause_probability + down.pause_probability > 0;
      EXPECT_LE(*took, round_trips + 50ms + (pauses ? 8s : 0s)) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace tern::sim
