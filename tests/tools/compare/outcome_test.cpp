#include "tools/compare/analysis/outcome.hpp"

#include "tests/tools/compare/records.hpp"
#include "tools/compare/analysis/median.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace tern::compare {
namespace {

trial_record three_of_four() {
  trial_record trial;
  trial.messages = {delivered_at(ms(0), ms(25), 0), delivered_at(ms(10), ms(75), 1), delivered_at(ms(20), ms(75), 2),
                    never_delivered(ms(30))};
  trial.messages[0].extra_copies = 2;
  trial.message_bytes = 100;
  trial.length = ms(75);
  trial.wire_bytes = 900;
  trial.network_lost = 1;
  trial.repetitions = {{ms(50), 2}, {ms(60), 1}};
  return trial;
}

TEST(Outcome, WhatWasPromisedIsLateAndTheRestIsLost) {
  const auto unreliable = analyse(three_of_four(), {});
  EXPECT_EQ(unreliable.lost, 1);
  EXPECT_EQ(unreliable.late, 0);
  EXPECT_EQ(unreliable.latency_max, 65);
  const auto reliable = analyse(three_of_four(), {.delivery = true, .order = true});
  EXPECT_EQ(reliable.lost, 0);
  EXPECT_EQ(reliable.late, 1);
  EXPECT_EQ(reliable.latency_p50, 55);
  EXPECT_EQ(reliable.latency_max, std::nullopt);
}

TEST(Outcome, CountsAndCosts) {
  const auto figures = analyse(three_of_four(), {});
  EXPECT_EQ(figures.delivered, 3);
  EXPECT_EQ(figures.delivered_share, 0.75);
  EXPECT_EQ(figures.duplicates, 2);
  EXPECT_EQ(figures.wire_bytes_per_message, 300);
  EXPECT_EQ(figures.repeated_packets, 3);
  EXPECT_EQ(figures.network_lost, 1);
  EXPECT_EQ(figures.emulator_missed, std::nullopt);
  EXPECT_NEAR(*figures.goodput, 3 * 100 * 8 / 0.075 * 1e-6, 1e-9);
}

TEST(Outcome, OnlyWhatKeepsOrderStalls) {
  EXPECT_EQ(analyse(three_of_four(), {.delivery = true, .order = false}).stalls, 0);
  const auto ordered = analyse(three_of_four(), {.delivery = true, .order = true});
  EXPECT_EQ(ordered.stalls, 1);
  EXPECT_EQ(ordered.stall_longest, 30);
}

TEST(Outcome, OfATrialWithoutDeliveriesTheRatiosDoNotExist) {
  trial_record trial;
  trial.messages = {never_delivered(ms(0))};
  const auto figures = analyse(trial, {});
  EXPECT_EQ(figures.latency_p50, std::nullopt);
  EXPECT_EQ(figures.goodput, std::nullopt);
  EXPECT_EQ(figures.cpu_per_message, std::nullopt);
  EXPECT_EQ(figures.delivered, 0);
}

TEST(Outcome, MediansAreTakenFigureByFigure) {
  std::vector<outcome> trials(3);
  for (std::size_t i = 0; i < 3; ++i) {
    trials[i].latency_p99 = static_cast<double>(i * 10);
    trials[i].stalls = static_cast<double>(2 - i);
  }
  const auto middle = medians(trials);
  EXPECT_EQ(middle.latency_p99, 10);
  EXPECT_EQ(middle.stalls, 1);
  EXPECT_EQ(middle.goodput, std::nullopt);
}

TEST(Outcome, EveryFigureHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const figure& each : all_figures()) EXPECT_TRUE(names.insert(each.path).second) << each.path;
  EXPECT_GE(names.size() * sizeof(std::optional<double>), sizeof(outcome));
}

TEST(Median, IsInTheMiddle) {
  EXPECT_EQ(median({}), std::nullopt);
  EXPECT_EQ(median({3.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median({4.0, 1.0, 2.0, 3.0}), 2.5);
}

TEST(Median, NothingIsMoreThanEverything) {
  EXPECT_EQ(median({std::nullopt, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median({std::nullopt, std::nullopt, 2.0}), std::nullopt);
}

}  // namespace
}  // namespace tern::compare
