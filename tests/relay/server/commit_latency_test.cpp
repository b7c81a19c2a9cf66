#include "relay/server/commit_latency.hpp"

#include "proto/random.hpp"
#include "relay/metrics/commit_watch.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace tern::relay {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(LatencyHistogram, AgreesWithSortingToWithinASixteenth) {
  proto::random source{7};
  std::vector<std::int64_t> values;
  latency_histogram histogram;
  for (int i = 0; i < 5'000; ++i) {
    values.push_back(static_cast<std::int64_t>(source.below(std::uint64_t{1} << source.between(1, 31))));
    histogram.add(microseconds{values.back()});
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    const std::int64_t exact = values[std::max<std::size_t>(rank, 1) - 1];
    const std::int64_t told = histogram.quantile(share).count();
    EXPECT_GE(told, exact) << share;
    EXPECT_LE(told, exact + exact / 16 + 1) << share;
  }
  EXPECT_EQ(histogram.most().count(), values.back());
  EXPECT_EQ(histogram.count(), 5'000U);
}

TEST(LatencyHistogram, KeepsSmallOnesExactlyAndBoundsTheOthers) {
  latency_histogram histogram;
  histogram.add(microseconds{-5});
  EXPECT_EQ(histogram.quantile(1).count(), 0);
  for (int i = 0; i < 32; ++i) histogram.add(microseconds{i});
  EXPECT_EQ(histogram.quantile(0.5).count(), 15);
  histogram.add(std::chrono::hours{100});
  EXPECT_EQ(histogram.most(), std::chrono::hours{1});
  EXPECT_EQ(histogram.quantile(1), std::chrono::hours{1});
}

// As the relay has them work together.
struct measured_commits {
  commit_watch watch;
  commit_latency latency;

  void on_handed_over(proto::time_point now) { watch.on_submitted(now); }
  void on_result(proto::time_point now) {
    if (const auto took = watch.on_result(append_status::duplicate, now)) latency.add(*took, now);
  }
  auto summary(proto::time_point now) { return latency.summary(now); }
};

TEST(CommitLatency, IsMeasuredInTheOrderOfTheAppends) {
  measured_commits commits;
  const proto::time_point start{};
  EXPECT_FALSE(commits.summary(start));
  commits.on_handed_over(start);
  commits.on_handed_over(start + microseconds{10});
  commits.on_result(start + microseconds{15});
  commits.on_result(start + microseconds{15});
  const auto seen = commits.summary(start + seconds{1});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->count, 2U);
  EXPECT_EQ(seen->p50, microseconds{5});
  EXPECT_EQ(seen->most, microseconds{15});
}

TEST(CommitLatency, ForgetsWhatIsTwoMinutesOld) {
  measured_commits commits;
  const proto::time_point start{};
  commits.on_handed_over(start);
  commits.on_result(start + seconds{1});
  EXPECT_TRUE(commits.summary(start + seconds{90})) << "the minute before still counts";
  EXPECT_FALSE(commits.summary(start + minutes{3}));
}

TEST(CommitLatency, IgnoresAResultThatNobodyHandedOver) {
  measured_commits commits;
  commits.on_result(proto::time_point{});
  EXPECT_FALSE(commits.summary(proto::time_point{}));
}

}  // namespace
}  // namespace tern::relay
