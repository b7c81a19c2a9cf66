#include "tests/relay/store/store_case.hpp"

namespace tern::relay {
namespace {

TEST_P(StoreContract, AFullDiskRefusesAndRecoversWithoutARestart) {
  commit(say(0));
  disk_->set_disk_full(true);
  const std::vector batch{say(1), say(2)};
  for (const auto& result : current().commit(batch)) EXPECT_EQ(result.status, append_status::disk_full);
  EXPECT_FALSE(current().claim_name({.tag = {}, .name = "ada", .key = key_of(1), .time = noon}).stored);
  EXPECT_EQ(read_all(current()).rows.size(), 1U) << "reads go on";
  EXPECT_FALSE(current().fault());

  disk_->set_disk_full(false);
  append_request retry = say(1);
  retry.failures_seen = 10;
  EXPECT_EQ(commit(retry).position.value, 2U);
}

TEST_P(StoreContract, AProbeTellsWhetherThereIsRoomAndChangesNothing) {
  commit(say(0));
  EXPECT_EQ(current().probe(), append_status::committed);
  disk_->set_disk_full(true);
  EXPECT_EQ(current().probe(), append_status::disk_full);
  EXPECT_FALSE(current().fault());
  disk_->set_disk_full(false);
  EXPECT_EQ(current().probe(), append_status::committed);
  // No failure of anybody's message, so nothing has to be asked for again.
  EXPECT_EQ(commit(say(1)).status, append_status::committed);
  disk_->restart();
  EXPECT_EQ(read_all(current()).rows.size(), 2U);
  disk_->break_down();
  EXPECT_EQ(current().probe(), append_status::storage_failed);
  EXPECT_TRUE(current().fault());
  disk_->repair();
}

TEST_P(StoreContract, AFullDiskStillTellsWhatWasCommitted) {
  const auto original = commit(say(0));
  disk_->set_disk_full(true);
  const std::vector batch{say(0), say(0, "other"), say(1)};
  const auto results = current().commit(batch);
  EXPECT_EQ(results[0].status, append_status::duplicate);
  EXPECT_EQ(results[0].position, original.position);
  EXPECT_EQ(results[0].tag, batch[0].tag);
  EXPECT_EQ(results[1].status, append_status::conflict);
  EXPECT_EQ(results[2].status, append_status::disk_full);
}

TEST_P(StoreContract, WhatWasAskedBeforeAFailureWasKnownDoesNotOvertake) {
  commit(say(0));
  disk_->set_disk_full(true);
  const auto refused = commit(say(1));
  EXPECT_EQ(refused.failures, 1U);
  disk_->set_disk_full(false);

  const auto in_flight = commit(say(2));
  EXPECT_EQ(in_flight.status, append_status::storage_failed);
  EXPECT_EQ(in_flight.failures, 1U);
  append_request retry = say(1);
  retry.failures_seen = 1;
  append_request next = say(2);
  next.failures_seen = 1;
  EXPECT_EQ(commit(retry).position.value, 2U);
  EXPECT_EQ(commit(next).position.value, 3U);
}

TEST_P(StoreContract, ANewOwnerStartsWithoutFailures) {
  commit(say(0));
  disk_->set_disk_full(true);
  commit(say(1));
  disk_->set_disk_full(false);
  ASSERT_TRUE(current().snapshot());
  const auto result = commit(say(1));
  EXPECT_EQ(result.status, append_status::committed);
  EXPECT_EQ(result.failures, 0U);
}

TEST_P(StoreContract, AfterABrokenSyncNothingIsAcknowledged) {
  const auto kept = commit(say(0));
  disk_->break_down();
  const auto refused = commit(say(1));
  EXPECT_EQ(refused.status, append_status::storage_failed);
  EXPECT_GT(refused.failures, 0U);
  ASSERT_TRUE(current().fault());
  EXPECT_FALSE(current().fault()->what.empty());

  disk_->repair();
  append_request next = say(2);
  next.failures_seen = 100;
  EXPECT_EQ(commit(next).status, append_status::storage_failed) << "a later success would prove nothing";
  append_request duplicate = say(0);
  duplicate.failures_seen = 100;
  EXPECT_EQ(commit(duplicate).status, append_status::storage_failed);

  disk_->restart();
  EXPECT_FALSE(current().fault());
  ASSERT_TRUE(current().snapshot());
  const auto again = commit(say(0));
  EXPECT_EQ(again.status, append_status::duplicate);
  EXPECT_EQ(again.position, kept.position);
  // Whether the message whose commit failed is there is not known; once it is asked again, it is once.
  commit(say(1));
  EXPECT_EQ(read_all(current()).rows.size(), 2U);
}

}  // namespace
}  // namespace tern::relay
