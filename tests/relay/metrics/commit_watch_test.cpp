// How long commits take, and whether the disk is full for them.
#include "relay/metrics/commit_watch.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

using namespace std::chrono_literals;

constexpr proto::time_point start{};

TEST(CommitWatch, MeasuresEachAppendFromItsOwnBeginning) {
  commit_watch watch;
  watch.on_submitted(start);
  watch.on_submitted(start + 1ms);
  watch.on_result(append_status::committed, start + 2ms);
  watch.on_result(append_status::committed, start + 2ms);
  EXPECT_EQ(watch.took().count(), 2U);
  EXPECT_DOUBLE_EQ(watch.took().sum().count(), 0.003);
}

TEST(CommitWatch, LeavesOutWhatWasNotCommitted) {
  commit_watch watch;
  watch.on_submitted(start);
  watch.on_submitted(start);
  watch.on_result(append_status::duplicate, start + 5s);
  watch.on_result(append_status::committed, start + 1ms);
  EXPECT_EQ(watch.took().count(), 1U);
}

TEST(CommitWatch, RemembersAFullDiskUntilSomethingIsCommitted) {
  commit_watch watch;
  for (int i = 0; i < 3; ++i) watch.on_submitted(start);
  watch.on_result(append_status::disk_full, start + 1s);
  EXPECT_EQ(watch.full_at(), start + 1s);
  watch.on_result(append_status::duplicate, start + 2s);
  EXPECT_EQ(watch.full_at(), start + 1s);
  watch.on_result(append_status::committed, start + 3s);
  EXPECT_FALSE(watch.full_at());
}

TEST(DurationBuckets, CountAllThatWereAtMostSoLong) {
  duration_buckets buckets;
  buckets.add(100us);
  buckets.add(101us);
  buckets.add(1h);
  EXPECT_EQ(buckets.at_most(0), 1U);
  EXPECT_EQ(buckets.at_most(1), 2U);
  EXPECT_EQ(buckets.at_most(duration_buckets::ends.size() - 1), 2U);
  EXPECT_EQ(buckets.count(), 3U);
}

}  // namespace
}  // namespace tern::relay
