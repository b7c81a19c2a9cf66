#include "tools/compare/report/summary.hpp"

#include "tools/compare/plan/usage_error.hpp"
#include "tools/compare/report/csv.hpp"
#include "tools/compare/report/table.hpp"

#include <gtest/gtest.h>

namespace tern::compare {
namespace {

comparison two_modes() {
  comparison wanted;
  wanted.modes = parse_modes("udp-raw,reliable-ordered");
  wanted.link.seed = 5;
  wanted.command = "tern compare";
  return wanted;
}

comparison_result result_of(const comparison& wanted) {
  comparison_result result{{backend_kind::tun, "a link"}, planned_courses(wanted, backend_kind::tun)};
  double p99 = 30;
  for (course& row : result.courses) {
    outcome figures;
    figures.due = figures.delivered = 10;
    figures.lost = figures.late = 0;
    figures.latency_p99 = p99++;
    row.outcomes = {figures};
    row.median = figures;
  }
  return result;
}

comparison with_threshold(const std::string& text) {
  comparison wanted = two_modes();
  wanted.thresholds = {parse_threshold(text)};
  return wanted;
}

bool is_missed(const std::string& text) {
  const comparison wanted = with_threshold(text);
  return !missed_thresholds(wanted, summary_of(wanted, result_of(wanted))).empty();
}

TEST(Summary, HasSchemaCommandSeedAndEveryMode) {
  const comparison wanted = two_modes();
  const json summary = summary_of(wanted, result_of(wanted));
  EXPECT_EQ(summary["schema"], "tern-compare/1");
  EXPECT_EQ(summary["seed"], 5);
  EXPECT_EQ(summary["modes"]["reliable-ordered"]["latency_ms"]["p99"], 31.0);
  EXPECT_TRUE(summary["modes"]["udp-raw"]["goodput_mbit"].is_null());
}

TEST(Summary, ThresholdsLookIntoIt) {
  EXPECT_FALSE(is_missed("modes.reliable-ordered.latency_ms.p99<=31ms"));
  EXPECT_TRUE(is_missed("modes.reliable-ordered.latency_ms.p99<31"));
  EXPECT_FALSE(is_missed("modes.udp-raw.delivered==10"));
  EXPECT_TRUE(is_missed("modes.udp-raw.delivered>10"));
  EXPECT_FALSE(is_missed("repeat>=3"));
}

TEST(Summary, AFigureThatDoesNotExistMissesEveryThreshold) {
  EXPECT_TRUE(is_missed("modes.udp-raw.goodput_mbit>=0"));
  EXPECT_TRUE(is_missed("modes.udp-raw.goodput_mbit<=0"));
}

TEST(Summary, AMissedThresholdSaysWhatItIsAndWhatWasWanted) {
  const comparison wanted = with_threshold("modes.udp-raw.latency_ms.p99<=1%");
  const auto lines = missed_thresholds(wanted, summary_of(wanted, result_of(wanted)));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], "missed: modes.udp-raw.latency_ms.p99 is 30, wanted modes.udp-raw.latency_ms.p99<=1%");
}

TEST(Summary, PathsAreCheckedBeforeAnythingRuns) {
  EXPECT_NO_THROW(check_paths(with_threshold("modes.udp-raw.stalls.count<=1")));
  for (const char* wrong : {"modes.quic.lost<=1", "modes.udp-raw.latency_ms<=1", "modes.udp-raw.mode<=1", "nothing<=1",
                            "modes.udp-raw.latency_ms.p99.x<=1"}) {
    EXPECT_THROW(check_paths(with_threshold(wrong)), usage_error) << wrong;
  }
}

TEST(Summary, NamesWithDotsAreFound) {
  comparison wanted = two_modes();
  wanted.losses = {0.005, 0.05};
  wanted.thresholds = {parse_threshold("modes.udp-raw@0.5%.latency_ms.p99<=1000")};
  EXPECT_NO_THROW(check_paths(wanted));
  EXPECT_TRUE(missed_thresholds(wanted, summary_of(wanted, result_of(wanted))).empty());
}

TEST(Csv, HasAsManyFieldsInEveryLine) {
  const comparison wanted = two_modes();
  auto result = result_of(wanted);
  result.courses[1].failure = "no, \"nothing\"";
  const std::string text = csv(wanted, result);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_NE(text.find("\"no, \"\"nothing\"\"\""), std::string::npos);
  const auto first = text.substr(0, text.find('\n'));
  const auto second = text.substr(first.size() + 1, text.find('\n', first.size() + 1) - first.size() - 1);
  EXPECT_EQ(std::count(first.begin(), first.end(), ','), std::count(second.begin(), second.end(), ','));
}

TEST(Table, ShowsLateMessagesAsLongerThanTheLimit) {
  const comparison wanted = two_modes();
  auto result = result_of(wanted);
  result.courses[1].median.late = 2;
  result.courses[1].median.latency_p99.reset();
  const std::string text = table(wanted, result);
  EXPECT_NE(text.find("2 late"), std::string::npos);
  EXPECT_NE(text.find(">120000"), std::string::npos);
}

TEST(Table, LabelsWhatIsUnimpaired) {
  comparison wanted = two_modes();
  wanted.modes = parse_modes("tcp-raw");
  comparison_result result{{backend_kind::loopback, "loopback"}, planned_courses(wanted, backend_kind::loopback)};
  result.courses[0].outcomes.emplace_back();
  const std::string text = table(wanted, result);
  EXPECT_NE(text.find("tcp-raw *"), std::string::npos);
  EXPECT_NE(text.find("* TCP unimpaired"), std::string::npos);
}

}  // namespace
}  // namespace tern::compare
