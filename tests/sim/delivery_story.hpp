// Clients and a relay that send each other messages in all delivery modes, and the judge of
// what each mode promises. Who adds the clients decides what is between them and the relay.
#pragma once

#include "tests/sim/world.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace tern::sim {

inline constexpr std::array<lane_id, 5> lanes{
    lane_id{1, priority::interactive, delivery::reliable_ordered},
    lane_id{2, priority::interactive, delivery::reliable_unordered},
    lane_id{3, priority::interactive, delivery::unreliable},
    lane_id{4, priority::interactive, delivery::latest},
    lane_id{5, priority::bulk, delivery::reliable_ordered},
};

// A message says who sent it, on which lane, as which one, and fills up to its size.
inline bytes make_payload(std::uint32_t index, std::size_t size) {
  bytes payload(std::max<std::size_t>(size, 4));
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(std::size_t{index} * 31 + i);
  for (std::size_t i = 0; i < 4; ++i) payload[i] = static_cast<std::uint8_t>(index >> (8 * i));
  return payload;
}
inline std::uint32_t index_of(byte_view payload) {
  std::uint32_t index = 0;
  for (std::size_t i = 0; i < 4; ++i) index |= static_cast<std::uint32_t>(payload[i]) << (8U * i);
  return index;
}

// One direction of one connection: what was sent, and the judge of what arrives.
struct flow {
  struct sent {
    std::size_t size = 0;
    bool has_deadline = false;
  };
  std::map<std::uint64_t, std::vector<sent>> sent_on;  // by lane
  std::map<std::uint64_t, std::set<std::uint32_t>> arrived_on;
  std::map<std::uint64_t, std::optional<std::uint32_t>> newest_on;
  std::set<std::uint64_t> expired;  // tags
  std::uint64_t received = 0;

  static std::uint64_t tag(lane_id lane, std::uint32_t index) { return lane.wire() << 32U | (index + 1U); }

  void send(endpoint& from, connection_handle connection, lane_id lane, std::size_t size, bool with_deadline,
            time_point now) {
    auto& log = sent_on[lane.wire()];
    const auto index = static_cast<std::uint32_t>(log.size());
    send_options options;
    options.tag = tag(lane, index);
    if (with_deadline) options.deadline = now + std::chrono::milliseconds{300};
    const auto result = from.send(connection, lane, make_payload(index, size), options, now);
    ASSERT_TRUE(result) << result.error().message();
    log.push_back({std::max<std::size_t>(size, 4), with_deadline});
  }
  void receive(const received_message& message) {
    ++received;
    const auto& log = sent_on[message.lane.wire()];
    const std::uint32_t index = index_of(message.payload);
    ASSERT_LT(index, log.size()) << "invented";
    ASSERT_EQ(message.payload, make_payload(index, log[index].size)) << "damaged";
    ASSERT_TRUE(arrived_on[message.lane.wire()].insert(index).second) << "twice on lane " << message.lane.index();
    auto& newest = newest_on[message.lane.wire()];
    if (message.lane.is_ordered() || message.lane.mode() == delivery::latest) {
      ASSERT_TRUE(!newest || index > *newest) << "went back on lane " << message.lane.index();
    }
    newest = newest ? std::max(*newest, index) : index;
  }
  // Every reliable message without a deadline is here; one with a deadline is here or was told to be expired.
  bool is_complete() const {
    for (const auto& [wire, log] : sent_on) {
      const lane_id lane = lane_id::from_wire(wire);
      if (!lane.is_reliable()) continue;
      const auto arrived = arrived_on.find(wire);
      for (std::uint32_t index = 0; index < log.size(); ++index) {
        if (arrived != arrived_on.end() && arrived->second.contains(index)) continue;
        if (!log[index].has_deadline || !expired.contains(tag(lane, index))) return false;
      }
    }
    return true;
  }
};

struct outcome {
  std::uint64_t trace = 0;
  std::uint64_t deliveries = 0;
  duration took{};
};

// Adds a client to the world, behind something drawn from `source`, and connects it.
using client_maker = std::function<connection_handle(world&, random& source)>;

inline outcome run(std::uint64_t seed, const client_maker& add_client) {
  random source{seed};
  world virtual_world{seed};
  struct peer {
    connection_handle client;
    std::optional<connection_handle> relay;
    flow up;
    flow down;
  };
  std::vector<peer> peers;
  std::map<connection_handle, identity_key> came_from;
  const std::size_t clients = source.between(1, 2);
  for (std::size_t i = 0; i < clients; ++i) {
    peers.push_back({add_client(virtual_world, source), {}, {}, {}});
    virtual_world.client(i).side.keep_alive(peers.back().client, true, virtual_world.now());
  }

  virtual_world.on_event = [&](node& at, const endpoint_event& event) {
    if (const auto* offered = std::get_if<relay_key_offered>(&event))
      at.side.trust(offered->connection, virtual_world.now());
    // A handshake that the client gave up for a fresh one (RETRY) may stay provisional.
    if (const auto* came = std::get_if<accepted>(&event)) came_from[came->connection] = came->client;
    if (const auto* valid = std::get_if<validated>(&event)) {
      for (std::size_t i = 0; i < peers.size(); ++i)
        if (virtual_world.client(i).self->public_key() == came_from[valid->connection])
          peers[i].relay = valid->connection;
    }
    if (const auto* fate = std::get_if<message_fate>(&event)) {
      if (fate->event.what != send_event::fate::expired) return;
      for (std::size_t i = 0; i < peers.size(); ++i) {
        if (&at == &virtual_world.client(i)) peers[i].up.expired.insert(fate->event.tag);
        if (&at == &virtual_world.relay() && peers[i].relay == fate->connection)
          peers[i].down.expired.insert(fate->event.tag);
      }
    }
    if (const auto* over = std::get_if<closed>(&event)) {
      const bool matters =
          &at != &virtual_world.relay() ||
          std::any_of(peers.begin(), peers.end(), [&](const peer& each) { return each.relay == over->connection; });
      EXPECT_FALSE(matters) << "seed " << seed << ": " << over->reason;
    }
  };

  constexpr std::uint32_t rounds = 40;
  std::uint32_t round = 0;
  time_point next_round = virtual_world.now();
  const auto draw_size = [&] {
    return source.chance(0.05)  ? source.between(5'000, 30'000)
           : source.chance(0.2) ? source.between(500, 4'000)
                                : source.between(0, 200);
  };
  virtual_world.next_turn = [&]() -> std::optional<time_point> {
    return round < rounds ? std::optional{next_round} : std::nullopt;
  };
  virtual_world.on_turn = [&] {
    for (std::size_t i = 0; i < peers.size(); ++i) {
      while (auto message = virtual_world.client(i).side.receive(peers[i].client, virtual_world.now()))
        peers[i].down.receive(*message);
      if (!peers[i].relay) continue;
      while (auto message = virtual_world.relay().side.receive(*peers[i].relay, virtual_world.now()))
        peers[i].up.receive(*message);
    }
    if (round >= rounds || virtual_world.now() < next_round) return;
    ++round;
    next_round = virtual_world.now() + std::chrono::milliseconds{static_cast<std::int64_t>(source.between(1, 400))};
    for (std::size_t i = 0; i < peers.size(); ++i) {
      for (const lane_id lane : lanes) {
        const std::size_t size = lane.is_reliable() ? draw_size() : source.between(0, 3'000);
        peers[i].up.send(virtual_world.client(i).side, peers[i].client, lane, size, source.chance(0.1),
                         virtual_world.now());
        if (peers[i].relay)
          peers[i].down.send(virtual_world.relay().side, *peers[i].relay, lane, size, source.chance(0.1),
                             virtual_world.now());
      }
    }
  };

  const time_point began = virtual_world.now();
  const bool done = virtual_world.run_until(
      [&] {
        return round == rounds && std::all_of(peers.begin(), peers.end(), [](const peer& each) {
                 return each.up.is_complete() && each.down.is_complete();
               });
      },
      std::chrono::seconds{600});
  EXPECT_TRUE(done) << "seed " << seed << ": something reliable has not arrived";
  outcome result{virtual_world.trace(), 0, virtual_world.now() - began};
  // Late copies must change nothing.
  virtual_world.run_for(std::chrono::seconds{5});
  for (const peer& each : peers) result.deliveries += each.up.received + each.down.received;
  return result;
}

// How many seeds a simulation tries: 200, or what the environment says.
inline std::uint64_t seeds() {
  const char* wanted = std::getenv("TERN_SIM_SEEDS");
  return wanted == nullptr ? 200 : std::strtoull(wanted, nullptr, 10);
}

}  // namespace tern::sim
