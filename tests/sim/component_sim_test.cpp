// What CUBIC, pacing, flow control and fragmentation are for: each scenario holds with
// the component and fails without it.
#include "proto/congestion/cubic.hpp"
#include "tests/sim/world.hpp"

#include <gtest/gtest.h>

namespace tern::sim {
namespace {

using namespace std::chrono_literals;

constexpr lane_id lane{1, priority::interactive, delivery::reliable_ordered};

// Sends whatever it likes: a window and a rate without end.
class no_control final : public congestion_controller {
 public:
  void on_sent(time_point, std::uint64_t, std::uint64_t) override {}
  void on_ack(const ack_sample&) override {}
  void on_loss(const loss_sample&) override {}
  void on_spurious_loss(const spurious_loss&) override {}
  void on_path_change(time_point) override {}
  void on_datagram_size(std::uint64_t) override {}
  std::uint64_t window() const override { return std::uint64_t{1} << 40U; }
  std::uint64_t pacing_rate() const override { return std::uint64_t{1} << 40U; }
  bool in_slow_start() const override { return false; }
  std::string_view name() const override { return "none"; }
};

struct transfer {
  std::size_t delivered = 0;
  double dropped_share = 0;       // of what was offered to the bottleneck
  std::size_t longest_train = 0;  // datagrams that left at the same instant
  std::optional<closed> ended;
  std::error_code refused;
};

struct scenario {
  endpoint_config client;
  link_model::impairments link;
  std::size_t messages = 0;
  std::size_t message_bytes = 1000;
  duration limit = 60s;
  bool reads = true;
  // Messages are sent in batches of this size, one every period; 0: all at once.
  std::size_t batch = 0;
  duration period{};
};

link_model::impairments only_delay(duration delay) {
  link_model::impairments link;
  link.delay = delay;
  return link;
}

transfer run(const scenario& wanted) {
  world virtual_world{7};
  client_node& client = virtual_world.add_client(wanted.link, only_delay(wanted.link.delay), wanted.client);
  const connection_handle connection = virtual_world.connect(client);
  std::optional<connection_handle> relay;
  transfer result;
  virtual_world.on_event = [&](node&, const endpoint_event& event) {
    if (const auto* valid = std::get_if<validated>(&event)) relay = valid->connection;
    if (const auto* over = std::get_if<closed>(&event)) result.ended = *over;
  };
  std::size_t said = 0;
  time_point next_batch = virtual_world.now();
  virtual_world.next_turn = [&] { return said < wanted.messages ? std::optional{next_batch} : std::nullopt; };
  virtual_world.on_turn = [&] {
    if (said < wanted.messages && virtual_world.now() >= next_batch) {
      const std::size_t until = wanted.batch == 0 ? wanted.messages : std::min(wanted.messages, said + wanted.batch);
      for (; said < until; ++said) {
        const auto sent = client.side.send(connection, lane, bytes(wanted.message_bytes), {}, virtual_world.now());
        if (!sent) result.refused = sent.error();
      }
      next_batch += wanted.period;
    }
    while (relay && wanted.reads && virtual_world.relay().side.receive(*relay, virtual_world.now())) ++result.delivered;
  };
  virtual_world.run_until([&] { return result.ended || result.delivered == wanted.messages; }, wanted.limit);
  const auto& counters = client.up->statistics();
  result.dropped_share = static_cast<double>(counters.queue_dropped) / static_cast<double>(counters.offered);
  result.longest_train = client.longest_train;
  return result;
}

// 10 Mbit/s, 30 ms there and back, a queue of 25 packets (the QUIC interop runner's link).
link_model::impairments bottleneck() {
  link_model::impairments link;
  link.delay = 15ms;
  link.rate = {10'000'000, 25, 0, {}};
  link.header_bytes = 28;
  return link;
}

TEST(ComponentSim, CubicKeepsTheQueueFromOverflowing) {
  scenario wanted{{}, bottleneck(), 5000, 1000, 60s, true, 0, {}};
  const transfer with = run(wanted);
  EXPECT_EQ(with.delivered, 5000U);
  EXPECT_LT(with.dropped_share, 0.05);
  wanted.client.make_congestion_controller = [](std::uint32_t) { return std::make_unique<no_control>(); };
  const transfer without = run(wanted);
  EXPECT_GT(without.dropped_share, 0.2) << "without congestion control most of the work is for nothing";
}

TEST(ComponentSim, PacingKeepsAWindowFromLeavingAtOnce) {
  // 100 packets every 100 ms over a path that takes them all: the window grows to let them.
  scenario wanted{{}, only_delay(20ms), 3000, 1000, 60s, true, 100, 100ms};
  const transfer with = run(wanted);
  wanted.client.pacing = false;
  const transfer without = run(wanted);
  EXPECT_EQ(with.delivered, 3000U);
  EXPECT_LE(with.longest_train, 24U) << "a burst, and the reserve of interactive messages";
  EXPECT_GE(without.longest_train, 80U);
}

TEST(ComponentSim, FlowControlBoundsWhatASlowReaderIsMadeToHold) {
  scenario wanted{{}, only_delay(10ms), 5000, 1000, 30s, false, 0, {}};
  const transfer with = run(wanted);
  EXPECT_FALSE(with.ended) << "the sender waits";
  wanted.client.bounds.enforce_credit = false;
  const transfer without = run(wanted);
  ASSERT_TRUE(without.ended) << "a sender that ignores the credit is caught";
  EXPECT_EQ(without.ended->code, close_code::flow_control_error);
}

TEST(ComponentSim, FragmentationCarriesWhatNoPacketHolds) {
  scenario wanted{{}, only_delay(10ms), 3, 100'000, 30s, true, 0, {}};
  EXPECT_EQ(run(wanted).delivered, 3U);
  wanted.client.bounds.fragmentation = false;
  const transfer without = run(wanted);
  EXPECT_EQ(without.refused, make_error_code(errc::message_too_big));
  EXPECT_EQ(without.delivered, 0U);
}

}  // namespace
}  // namespace tern::sim
