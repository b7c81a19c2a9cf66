#include "cli/ping/ping_summary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tern::cli {
namespace {

using namespace std::chrono_literals;

TEST(PingSummary, CountsAndRoundTrips) {
  ping_summary summary;
  for (int i = 0; i < 4; ++i) summary.on_sent();
  summary.on_answer(10ms);
  summary.on_answer(20ms);
  summary.on_answer(30ms);
  summary.on_loss(std::nullopt);
  EXPECT_EQ(summary.text(),
            "4 sent, 3 answered, 25 % lost\n"
            "rtt min/avg/max/mdev = 10.000/20.000/30.000/8.165 ms\n");
}

TEST(PingSummary, TellsTheWaysApart) {
  ping_summary summary;
  for (int i = 0; i < 5; ++i) summary.on_sent();
  summary.on_loss(true);
  summary.on_loss(false);
  summary.on_loss(false);
  EXPECT_EQ(summary.text(), "5 sent, 0 answered, 100 % lost (2 on the way there, 1 on the way back), 2 still open\n");
  EXPECT_FALSE(summary.has_answers());
  EXPECT_EQ(summary.fields()["lost_back"], 1);
  EXPECT_FALSE(summary.fields().contains("rtt_ms"));
}

TEST(PingSummary, WhereTheWayIsNotKnownItSaysSo) {
  ping_summary summary;
  for (int i = 0; i < 3; ++i) summary.on_sent();
  summary.on_loss(true);
  summary.on_loss(std::nullopt);
  summary.on_loss(std::nullopt);
  EXPECT_EQ(summary.text(), "3 sent, 0 answered, 100 % lost (0 on the way there, 1 on the way back, 2 not known)\n");
}

TEST(PingSummary, NothingSentIsNotALoss) { EXPECT_EQ(ping_summary{}.text(), "0 sent, 0 answered, 0 % lost\n"); }

}  // namespace
}  // namespace tern::cli
