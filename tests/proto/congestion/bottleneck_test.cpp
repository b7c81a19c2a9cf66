// The parts together in a closed loop: ledger, RTT, loss detection, CUBIC and pacer against
// one queue in virtual time. Shares, not milliseconds.
#include "proto/congestion/cubic.hpp"
#include "proto/congestion/pacer.hpp"
#include "proto/random.hpp"
#include "proto/recovery/ack_tracker.hpp"
#include "proto/recovery/loss_recovery.hpp"

#include <algorithm>
#include <deque>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;
using seconds = std::chrono::duration<double>;

constexpr std::uint32_t packet_bytes = 1200;
constexpr duration tick = 100us;

struct bottleneck {
  double rate = 1.25e6;  // bytes a second: 10 Mbit/s
  duration delay = 20ms;
  std::uint64_t queue_bytes_max = 50'000;
  duration jitter{};
  double loss = 0;
  random dice{1};
  time_point free_at{};

  std::optional<time_point> carry(time_point now) {
    free_at = std::max(free_at, now);
    const double waiting = seconds{free_at - now}.count();
    if (waiting * rate + packet_bytes > static_cast<double>(queue_bytes_max) || dice.chance(loss)) return std::nullopt;
    free_at += std::chrono::duration_cast<duration>(seconds{packet_bytes / rate});
    const auto extra = static_cast<std::int64_t>(dice.uniform() * static_cast<double>(jitter.count()));
    return free_at + delay + duration{extra};
  }
};

class flow {
 public:
  void step(time_point now, bottleneck& link) {
    arrive(now, link);
    acknowledged(now);
    if (recovery_.deadline() && *recovery_.deadline() <= now) {
      const timer_outcome happened = recovery_.on_timer(now, outcome_);
      inform(control_, outcome_);
      if (happened == timer_outcome::probe) send(now, link);
    }
    while (recovery_.bytes_in_flight() + packet_bytes <= control_.window() && pacer_.may_send(now, packet_bytes))
      send(now, link);
  }
  std::uint64_t delivered() const { return delivered_; }
  const loss_recovery& recovery() const { return recovery_; }

 private:
  struct flying {
    time_point at;
    packet_number number;
  };
  struct returning {
    time_point at;
    ack_frame frame;
  };

  void send(time_point now, bottleneck& link) {
    const packet_number number = recovery_.next_number();
    recovery_.on_sent({.number = number,
                       .sent_at = now,
                       .bytes = packet_bytes,
                       .ack_eliciting = true,
                       .in_flight = true,
                       .items = recovery_.take_items()});
    control_.on_sent(now, packet_bytes, recovery_.bytes_in_flight());
    pacer_.on_sent(now, packet_bytes);
    if (const auto at = link.carry(now)) flying_.push_back({*at, number});
  }
  void arrive(time_point now, const bottleneck& link) {
    const auto here = [now](const flying& packet) { return packet.at <= now; };
    // Jitter reorders, so the order of arrival is looked for rather than assumed.
    for (auto packet = std::find_if(flying_.begin(), flying_.end(), here); packet != flying_.end();
         packet = std::find_if(flying_.begin(), flying_.end(), here)) {
      tracker_.on_received(now, packet->number, true, false);
      delivered_ += packet_bytes;
      flying_.erase(packet);
    }
    if (!tracker_.due(now)) return;
    returning_.push_back({now + link.delay, tracker_.make(now)});
    tracker_.on_sent(now);
  }
  void acknowledged(time_point now) {
    for (; !returning_.empty() && returning_.front().at <= now; returning_.pop_front()) {
      ASSERT_TRUE(recovery_.on_ack(now, returning_.front().frame, outcome_));
      inform(control_, outcome_);
      pacer_.set_rate(now, control_.pacing_rate());
    }
  }

  loss_recovery recovery_;
  ack_outcome outcome_;
  cubic control_;
  pacer pacer_{packet_bytes};
  ack_tracker tracker_;
  std::deque<flying> flying_;
  std::deque<returning> returning_;
  std::uint64_t delivered_ = 0;
};

// Bytes that each flow delivered from second `from` to second `to`.
std::vector<double> run(std::vector<flow>& flows, bottleneck& link, duration from, duration to) {
  std::vector<double> result(flows.size());
  const time_point begin{1s};
  bool counting = false;
  for (time_point now = begin; now < begin + to; now += tick) {
    for (flow& f : flows) f.step(now, link);
    if (counting || now < begin + from) continue;
    counting = true;
    for (std::size_t i = 0; i < flows.size(); ++i) result[i] = -static_cast<double>(flows[i].delivered());
  }
  for (std::size_t i = 0; i < flows.size(); ++i) result[i] += static_cast<double>(flows[i].delivered());
  return result;
}

TEST(Bottleneck, OneFlowFillsTheLink) {
  bottleneck link;
  std::vector<flow> flows(1);
  const double share = run(flows, link, 3s, 20s)[0] / (link.rate * 17);
  EXPECT_GE(share, 0.94);
  EXPECT_LE(share, 1.001);
}

TEST(Bottleneck, TwoFlowsShareFairly) {
  bottleneck link;
  std::vector<flow> flows(2);
  const auto shares = run(flows, link, 5s, 40s);
  const double sum = shares[0] + shares[1];
  const double jain = sum * sum / (2 * (shares[0] * shares[0] + shares[1] * shares[1]));
  EXPECT_GE(jain, 0.95) << shares[0] / sum;
  EXPECT_GE(sum / (link.rate * 35), 0.94);
}

TEST(Bottleneck, ReorderingDoesNotCostThroughput) {
  bottleneck link{.jitter = 8ms};
  std::vector<flow> flows(1);
  const double share = run(flows, link, 3s, 20s)[0] / (link.rate * 17);
  EXPECT_GE(share, 0.90);
}

TEST(Bottleneck, ATwentiethLostIsNotTheEnd) {
  bottleneck link{.loss = 0.05};
  std::vector<flow> flows(1);
  run(flows, link, 3s, 20s);
  const recovery_statistics statistics = flows[0].recovery().statistics();
  const double lost = static_cast<double>(statistics.packets_lost) / static_cast<double>(statistics.packets_sent);
  EXPECT_NEAR(lost, 0.05, 0.02);
  EXPECT_LE(statistics.spurious_losses, 5U);
  EXPECT_EQ(statistics.persistent_congestions, 0U);
}

}  // namespace
}  // namespace tern::proto
