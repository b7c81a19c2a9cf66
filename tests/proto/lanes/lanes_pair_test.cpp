// Both ends of the lanes with nothing between but packets that get lost, doubled and
// shuffled.
#include "proto/lanes/incoming_lanes.hpp"
#include "proto/lanes/outgoing_lanes.hpp"
#include "proto/packet/frame_decode.hpp"
#include "proto/random.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <set>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

struct applier {
  incoming_lanes& to;
  time_point now;
  bool refused = false;
  void operator()(const message_frame& frame) {
    const auto admitted = to.check(frame);
    ASSERT_TRUE(admitted);
    ASSERT_TRUE(to.on_message(frame, now));
  }
  void operator()(const skip_frame& frame) { ASSERT_TRUE(to.on_skip(frame)); }
  template <class Frame>
  void operator()(const Frame&) {}
};

void run(std::uint64_t seed, delivery mode) {
  constexpr std::size_t packet_bytes = 1171;
  const lane_id lane{1, priority::interactive, mode};
  random source{seed};
  test::seeded_entropy entropy_source{seed};
  const limits bounds;
  reassembly_budget budget{bounds, keyed_hash::draw(entropy_source)};
  outgoing_lanes from{bounds, packet_bytes};
  incoming_lanes to{bounds, budget, address::v4(10, 0, 0, 1, 1)};
  from.on_max_data(bounds.credit_window_bytes_initial);
  struct flight {
    bytes payload;
    std::vector<sent_item> items;
  };
  std::vector<flight> flights;
  time_point now{1h};
  std::vector<std::uint32_t> arrived;
  std::uint32_t said = 0;
  constexpr std::uint32_t messages = 300;
  for (int step = 0; step < 20'000; ++step) {
    now += 1ms;
    if (said < messages && source.chance(0.3)) {
      bytes payload(4 + (source.chance(0.1) ? source.below(9000) : source.below(300)));
      for (std::size_t i = 0; i < 4; ++i) payload[i] = static_cast<std::uint8_t>(said >> (8 * i));
      ASSERT_TRUE(from.enqueue(lane, std::move(payload), {}, now));
      ++said;
    }
    flight out_going{bytes(packet_bytes), {}};
    writer out{out_going.payload};
    if (from.fill(out, out_going.items)) {
      out_going.payload.resize(out.size());
      flights.push_back(std::move(out_going));
    }
    if (!flights.empty() && source.chance(0.5)) {
      const std::size_t pick = source.below(flights.size());
      flight arriving = flights[pick];
      const bool is_copy = source.chance(0.1);
      if (!is_copy) flights.erase(flights.begin() + static_cast<std::ptrdiff_t>(pick));
      if (source.chance(0.3)) {
        if (!is_copy)
          for (const auto& item : arriving.items) from.on_lost(item);
      } else {
        applier frames{to, now};
        ASSERT_TRUE(decode_frames(arriving.payload, frames));
        for (const auto& item : arriving.items) from.on_acked(item);
      }
    }
    to.on_timeout(now);
    while (auto message = to.poll()) {
      std::uint32_t index = 0;
      for (std::size_t i = 0; i < 4; ++i) index |= static_cast<std::uint32_t>(message->payload[i]) << (8 * i);
      arrived.push_back(index);
    }
    if (const auto total = to.max_data_due()) {
      to.on_max_data_sent(now, *total, 50ms);
      from.on_max_data(*total);
    }
  }
  const std::set<std::uint32_t> distinct(arrived.begin(), arrived.end());
  EXPECT_EQ(distinct.size(), arrived.size()) << "seed " << seed << ": something came twice";
  if (lane.is_reliable()) {
    EXPECT_EQ(arrived.size(), messages) << "seed " << seed;
    EXPECT_TRUE(from.all_acked()) << "seed " << seed;
  }
  if (lane.is_ordered() || mode == delivery::latest) {
    EXPECT_TRUE(std::is_sorted(arrived.begin(), arrived.end())) << "seed " << seed;
  }
  to.on_timeout(now + 1h);
  EXPECT_EQ(to.held_bytes(), 0U) << "seed " << seed;
  EXPECT_EQ(from.queued_bytes(), 0U) << "seed " << seed;
}

TEST(LanesPair, EveryModeKeepsItsPromise) {
  for (const delivery mode :
       {delivery::unreliable, delivery::latest, delivery::reliable_unordered, delivery::reliable_ordered})
    for (std::uint64_t seed = 1; seed <= 15; ++seed) run(seed, mode);
}

}  // namespace
}  // namespace tern::proto
