#include "tools/link/model/burst.hpp"

#include "tests/tools/link/traffic.hpp"

#include <gtest/gtest.h>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

struct burst_figures {
  double loss;
  double mean_run;
};

template <class Process>
burst_figures measure(std::uint64_t samples, Process&& next_is_bad) {
  std::uint64_t bad = 0;
  std::uint64_t runs = 0;
  bool before = false;
  for (std::uint64_t i = 0; i < samples; ++i) {
    const bool now = next_is_bad(i);
    bad += now ? 1U : 0U;
    runs += now && !before ? 1U : 0U;
    before = now;
  }
  return {static_cast<double>(bad) / static_cast<double>(samples),
          static_cast<double>(bad) / static_cast<double>(std::max<std::uint64_t>(runs, 1))};
}

TEST(PacketBursts, HaveTheLossAndTheLengthThatWereAsked) {
  for (const double loss : {0.01, 0.1, 0.3}) {
    for (const double length : {1.0, 4.0, 20.0}) {
      packet_burst_process process{{loss, length}, proto::random{11}};
      const auto figures = measure(1'000'000, [&](auto) { return process.next_is_lost(); });
      EXPECT_NEAR(figures.loss, loss, 0.15 * loss) << "bursts of " << length;
      EXPECT_NEAR(figures.mean_run, length, 0.12 * length) << "loss " << loss;
    }
  }
}

TEST(PacketBursts, WithoutLossNeverLose) {
  packet_burst_process process{{}, proto::random{1}};
  EXPECT_EQ(measure(10'000, [&](auto) { return process.next_is_lost(); }).loss, 0);
}

TEST(TimedBursts, HaveTheLossAndThePeriodThatWereAsked) {
  timed_burst_process process{{.loss = 0.1, .mean_bad = 40ms}, proto::random{12}, epoch};
  // Sampled each 0.5 ms for 2000 s: about 5000 bad periods.
  const auto figures =
      measure(4'000'000, [&](std::uint64_t i) { return process.bad_at(epoch + 500us * static_cast<int>(i)); });
  EXPECT_NEAR(figures.loss, 0.1, 0.008);
  EXPECT_NEAR(figures.mean_run, 80, 6);
}

TEST(TimedBursts, DoNotDependOnTraffic) {
  const timed_burst_loss config{.loss = 0.2, .mean_bad = 10ms};
  timed_burst_process often{config, proto::random{5}, epoch};
  timed_burst_process seldom{config, proto::random{5}, epoch};
  for (int i = 0; i < 100'000; ++i) {
    const bool bad = often.bad_at(epoch + i * 1ms);
    if (i % 777 == 0) {
      EXPECT_EQ(bad, seldom.bad_at(epoch + i * 1ms)) << "at " << i << " ms";
    }
  }
}

TEST(Link, CountsBothKindsOfBurstLoss) {
  impairments config;
  config.packet_bursts = {.loss = 0.1, .mean_packets = 4};
  link packets{config, 3, epoch};
  run(packets, {.packets = 50'000});
  EXPECT_NEAR(static_cast<double>(packets.statistics().burst_lost), 5'000, 500);

  config = {};
  config.timed_bursts = {.loss = 0.1, .mean_bad = 40ms};
  link timed{config, 3, epoch};
  run(timed, {.packets = 200'000});
  EXPECT_NEAR(static_cast<double>(timed.statistics().burst_lost), 20'000, 4'000);
}

}  // namespace
}  // namespace tern::link_model
