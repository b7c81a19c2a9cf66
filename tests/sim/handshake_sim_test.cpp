// The handshake on a link that loses, doubles, reorders and damages both ways.
#include "tests/sim/world.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>

namespace tern::sim {
namespace {

using namespace std::chrono_literals;

// How long until the client is connected and the relay knows who it is; nothing after 60 s.
std::optional<duration> shake_hands(std::uint64_t seed, bool knows_key) {
  link_model::impairments bad;
  bad.delay = 25ms;
  bad.loss = 0.3;
  bad.duplicate = 0.1;
  bad.reorder = {0.1, 20ms};
  bad.corrupt.probability = 0.3;
  world virtual_world{seed};
  client_node& client = virtual_world.add_client(bad, bad);
  virtual_world.connect(client, knows_key);
  bool is_connected = false;
  bool is_accepted = false;
  virtual_world.on_event = [&](node& at, const endpoint_event& event) {
    if (const auto* offered = std::get_if<relay_key_offered>(&event)) {
      EXPECT_EQ(offered->key, virtual_world.relay_public_key()) << "a damaged RETRY showed a key";
      at.side.trust(offered->connection, virtual_world.now());
    }
    is_connected |= std::holds_alternative<connected>(event);
    is_accepted |= std::holds_alternative<accepted>(event);
  };
  const time_point began = virtual_world.now();
  if (!virtual_world.run_until([&] { return is_connected && is_accepted; }, 60s)) return std::nullopt;
  return virtual_world.now() - began;
}

void expect_all(bool knows_key) {
  std::vector<duration> took;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto result = shake_hands(seed, knows_key);
    EXPECT_TRUE(result) << "seed " << seed;
    if (result) took.push_back(*result);
  }
  std::sort(took.begin(), took.end());
  std::cout << took.size() << " of 200; median " << std::chrono::duration<double>(took[took.size() / 2]).count()
            << " s, worst " << std::chrono::duration<double>(took.back()).count() << " s\n";
}

TEST(HandshakeSim, WithAKnownKeySurvivesLossDuplicatesReorderingAndCorruption) { expect_all(true); }
TEST(HandshakeSim, FirstContactSurvivesLossDuplicatesReorderingAndCorruption) { expect_all(false); }

}  // namespace
}  // namespace tern::sim
