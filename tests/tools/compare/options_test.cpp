#include "tools/compare/plan/options.hpp"

#include "tests/tools/compare/records.hpp"

#include <gtest/gtest.h>

namespace tern::compare {
namespace {

command_line parse(std::vector<const char*> words) {
  words.insert(words.begin(), "tern-compare");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

comparison accepted(const std::vector<const char*>& words) {
  auto line = parse(words);
  EXPECT_FALSE(line.ends) << line.text;
  return std::move(line.run);
}

TEST(CompareOptions, WithoutAnyThereIsAWholeComparison) {
  const auto run = accepted({});
  EXPECT_EQ(run.modes.size(), default_modes().size());
  EXPECT_EQ(run.repeat, 3U);
  EXPECT_EQ(run.work.messages, 300U);
  EXPECT_EQ(run.command, "tern compare");
}

TEST(CompareOptions, DescribeTheLinkAsTernLinkDoes) {
  const auto run = accepted({"--delay", "25ms", "--loss", "5%", "--down-loss", "1%", "--seed", "7"});
  EXPECT_EQ(run.link.up.delay, ms(25));
  EXPECT_DOUBLE_EQ(run.link.up.loss, 0.05);
  EXPECT_DOUBLE_EQ(run.link.down.loss, 0.01);
  EXPECT_EQ(run.link.seed, 7U);
  EXPECT_EQ(run.link_words, "--delay 25ms --loss 5% --down-loss 1%");
}

TEST(CompareOptions, QuickHasALinkOfItsOwnUnlessOneIsDescribed) {
  EXPECT_DOUBLE_EQ(accepted({"--quick"}).link.down.loss, 0.05);
  const auto described = accepted({"--quick", "--delay", "1ms"});
  EXPECT_EQ(described.link.up.delay, ms(1));
  EXPECT_EQ(described.link.up.loss, 0);
}

TEST(CompareOptions, QuickGivesWayToWhatIsSaid) {
  const auto run = accepted({"--quick", "--messages", "7", "--limit", "9s"});
  EXPECT_EQ(run.work.messages, 7U);
  EXPECT_EQ(run.work.limit, ms(9000));
  EXPECT_EQ(run.repeat, 1U);
}

TEST(CompareOptions, ADurationIsANumberOfMessages) {
  EXPECT_EQ(accepted({"--for", "2s", "--interval", "5ms"}).work.messages, 400U);
}

TEST(CompareOptions, LossesAreSorted) {
  const std::vector<double> sorted{0, 0.01, 0.1};
  EXPECT_EQ(accepted({"--losses", "10%,0%,1%"}).losses, sorted);
}

TEST(CompareOptions, TheCommandCanBeTypedAgain) {
  EXPECT_EQ(accepted({"--quick", "--fail-if", "modes.udp-raw.lost<=3"}).command,
            "tern compare --quick --fail-if 'modes.udp-raw.lost<=3'");
}

TEST(CompareOptions, ModesAreNamed) {
  const auto run = accepted({"--modes", "tcp-raw,reliable-ordered,tcp"});
  ASSERT_EQ(run.modes.size(), 3U);
  EXPECT_EQ(run.modes[0].how, carrier::raw_tcp);
  EXPECT_TRUE(run.modes[1].promised.order);
  EXPECT_EQ(run.modes[2].how, carrier::tern_tcp);
  EXPECT_TRUE(run.modes[2].promised.order);
}

TEST(CompareOptions, WhatIsImpossibleIsRefusedInOneLine) {
  const std::vector<std::vector<const char*>> wrong{
      {"--modes", "quic"},
      {"--modes", "redundant"},
      {"--modes", "udp-raw,udp-raw"},
      {"--modes", ""},
      {"--size", "7B"},
      {"--size", "20kB"},
      {"--size", "100"},
      {"--interval", "0"},
      {"--messages", "0"},
      {"--messages", "x"},
      {"--repeat", "0"},
      {"--lanes", "1000"},
      {"--losses", "5"},
      {"--losses", "5%,5%"},
      {"--link", "veth"},
      {"--loss", "5"},
      {"--queue", "5"},
      {"--profile", "moon"},
      {"--fail-if", "latency"},
      {"--fail-if", "x<=y"},
      {"--fail-if", "<=3"},
      {"--json", "--csv"},
      {"--for", "1ms"},
      {"--for", "1s", "--messages", "3"},
      {"--saturate", "1s", "--messages", "3"},
      {"--progress", "maybe"},
      {"--what"},
      {"word"},
  };
  for (const auto& words : wrong) {
    const auto line = parse(words);
    EXPECT_TRUE(line.ends) << words.front();
    EXPECT_EQ(line.status, 2) << words.front();
    EXPECT_EQ(std::count(line.text.begin(), line.text.end(), '\n'), 1) << line.text;
    EXPECT_EQ(line.text.rfind("tern-compare: ", 0), 0U) << line.text;
  }
}

TEST(CompareOptions, HelpAndListsAreNoErrors) {
  for (const char* word : {"--help", "--version", "--list-modes"}) {
    const auto line = parse({word});
    EXPECT_TRUE(line.ends);
    EXPECT_EQ(line.status, 0);
    EXPECT_FALSE(line.text.empty());
  }
}

}  // namespace
}  // namespace tern::compare
