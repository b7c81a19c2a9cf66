#include "relay/store/outbox_window.hpp"
#include "tests/relay/store/store_case.hpp"

namespace tern::relay {
namespace {

void expect_original(const append_result& again, const append_result& original) {
  EXPECT_EQ(again.status, append_status::duplicate);
  EXPECT_EQ(again.position, original.position);
  EXPECT_EQ(again.commit_time, original.commit_time);
  EXPECT_EQ(again.chain, original.chain);
}

TEST_P(StoreContract, TheSameKeyAndBodyGetTheOriginalCommit) {
  const auto original = commit(say(0));
  commit(say(1));
  append_request again = say(0);
  again.commit_time = noon + std::chrono::hours{1};
  again.sender_name = "renamed";
  again.create.reset();
  expect_original(commit(again), original);
  disk_->restart();
  expect_original(commit(again), original);
  EXPECT_EQ(read_all(current()).rows.size(), 2U);
}

TEST_P(StoreContract, ARepetitionInTheSameBatchIsADuplicateToo) {
  const std::vector batch{say(0), say(0), say(1), say(0)};
  const auto results = current().commit(batch);
  EXPECT_EQ(results[0].status, append_status::committed);
  expect_original(results[1], results[0]);
  expect_original(results[3], results[0]);
  EXPECT_EQ(results[2].position.value, 2U);
  EXPECT_EQ(read_all(current()).rows.size(), 2U);
}

TEST_P(StoreContract, AnotherBodyUnderTheSameKeyIsAConflict) {
  commit(say(0, "hello"));
  EXPECT_EQ(commit(say(0, "hullo")).status, append_status::conflict);
  append_request other_kind = say(0, "hello");
  other_kind.kind = 1;
  EXPECT_EQ(commit(other_kind).status, append_status::conflict);
  EXPECT_EQ(read_all(current()).rows.size(), 1U);
}

TEST_P(StoreContract, AnotherLogUnderTheSameKeyIsAConflict) {
  commit(say(0));
  EXPECT_EQ(commit(say_in_kitchen(0)).status, append_status::conflict);
  commit(say_in_kitchen(1));
  EXPECT_EQ(commit(say(1)).status, append_status::conflict);
  EXPECT_EQ(read_all(current(), kitchen).rows.size(), 1U);
}

TEST_P(StoreContract, KeysOfOtherOutboxesAndSendersAreOthers) {
  commit(say(0));
  append_request other_outbox = say(0);
  other_outbox.outbox[3] = 1;
  EXPECT_EQ(commit(other_outbox).position.value, 2U);
  append_request other_sender = say(0);
  other_sender.sender = key_of(2);
  EXPECT_EQ(commit(other_sender).position.value, 3U);
}

TEST_P(StoreContract, BelowTheFloorNothingIsDecided) {
  append_request request = say(8);
  request.floor = 8;
  commit(request);
  disk_->restart();
  EXPECT_EQ(commit(say(7)).status, append_status::stale) << "the stored floor counts, not the request's";
  append_request above = say(9);
  above.floor = 8;
  EXPECT_EQ(commit(above).status, append_status::committed) << "not yet decided";
  append_request nonsense = say(11);
  nonsense.floor = 12;
  EXPECT_EQ(commit(nonsense).status, append_status::stale);
}

TEST_P(StoreContract, ResultsBelowTheFloorAreForgottenButNotRepeated) {
  commit(say(0));
  append_request next = say(1);
  next.floor = 1;
  commit(next);
  EXPECT_EQ(commit(say(0)).status, append_status::stale);
  EXPECT_EQ(read_all(current()).rows.size(), 2U);
}

TEST_P(StoreContract, ADuplicateMovesTheFloorToo) {
  commit(say(0));
  commit(say(1));
  append_request again = say(1);
  again.floor = 1;
  EXPECT_EQ(commit(again).status, append_status::duplicate);
  EXPECT_EQ(commit(say(0)).status, append_status::stale);
}

TEST_P(StoreContract, WhatComesBehindALaterOneOfItsOutboxIsNotStored) {
  commit(say(3));
  const auto later = commit(say(5));
  disk_->restart();
  EXPECT_EQ(commit(say(4)).status, append_status::overtaken);
  const std::vector batch{say(8), say(7)};
  const auto results = current().commit(batch);
  EXPECT_EQ(results[0].status, append_status::committed);
  EXPECT_EQ(results[1].status, append_status::overtaken);
  expect_original(commit(say(5)), later);
  EXPECT_EQ(read_all(current()).rows.size(), 3U);
}

TEST_P(StoreContract, WhatWasOvertakenElsewhereIsNot) {
  commit(say(5));
  EXPECT_EQ(commit(say_in_kitchen(4)).status, append_status::committed) << "order is kept for each log";
  append_request other_outbox = say(3);
  other_outbox.outbox[3] = 1;
  EXPECT_EQ(commit(other_outbox).status, append_status::committed);
}

TEST_P(StoreContract, WhatWasRefusedOvertakesNothing) {
  disk_->set_disk_full(true);
  EXPECT_EQ(commit(say(5)).status, append_status::disk_full);
  disk_->set_disk_full(false);
  append_request earlier = say(4);
  earlier.failures_seen = 1;
  EXPECT_EQ(commit(earlier).status, append_status::committed);
}

TEST_P(StoreContract, TheWindowEndsSomewhere) {
  EXPECT_EQ(commit(say(outbox_window - 1)).status, append_status::committed);
  EXPECT_EQ(commit(say(outbox_window)).status, append_status::stale);
  EXPECT_EQ(commit(say(UINT64_MAX)).status, append_status::stale);
  append_request far = say(UINT64_MAX);
  far.floor = UINT64_MAX - 1;
  far.outbox[0] = 99;
  EXPECT_EQ(commit(far).status, append_status::stale) << "no message can carry it";
  append_request moved = say(outbox_window);
  moved.floor = 1;
  EXPECT_EQ(commit(moved).status, append_status::committed);
}

TEST_P(StoreContract, AWholeWindowOfResultsIsKept) {
  std::vector<append_request> batch;
  for (std::uint64_t i = 0; i < outbox_window; ++i) batch.push_back(say(i));
  current().commit(batch);
  disk_->restart();
  const auto again = current().commit(batch);
  for (std::uint64_t i = 0; i < outbox_window; ++i) {
    ASSERT_EQ(again[i].status, append_status::duplicate);
    ASSERT_EQ(again[i].position.value, i + 1);
  }
}

TEST_P(StoreContract, AnOutboxIsForgottenAfterItsLife) {
  commit(say(0));
  current().maintain(noon + outbox_life - std::chrono::hours{2});
  EXPECT_EQ(commit(say(0)).status, append_status::duplicate);
  append_request late = say(0);
  late.commit_time = noon + outbox_life - std::chrono::hours{2};
  EXPECT_EQ(commit(late).status, append_status::duplicate) << "used, so its life begins anew";
  for (int i = 0; i < 5; ++i) current().maintain(noon + outbox_life + std::chrono::hours{1});
  EXPECT_EQ(commit(say(0)).status, append_status::duplicate);
  for (int i = 0; i < 5; ++i) current().maintain(noon + 2 * outbox_life);
  EXPECT_EQ(commit(say(0)).status, append_status::committed);
}

}  // namespace
}  // namespace tern::relay
