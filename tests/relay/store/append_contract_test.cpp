#include "tests/relay/store/store_case.hpp"

#include <set>

namespace tern::relay {
namespace {

TEST_P(StoreContract, AnEmptyOneHasNothing) {
  const auto snapshot = current().snapshot();
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->logs.empty());
  EXPECT_TRUE(snapshot->names.empty());
  EXPECT_TRUE(read_all(current()).rows.empty());
  EXPECT_FALSE(current().fault());
}

TEST_P(StoreContract, PositionsAreContiguousFromOneInEachLog) {
  const std::vector batch{say(0), say_in_kitchen(1), say(2), say(3), say_in_kitchen(4)};
  const auto results = current().commit(batch);
  ASSERT_EQ(results.size(), 5U);
  const std::vector<std::uint64_t> expected{1, 1, 2, 3, 2};
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].tag, batch[i].tag);
    EXPECT_EQ(results[i].status, append_status::committed);
    EXPECT_EQ(results[i].position.value, expected[i]);
    EXPECT_EQ(results[i].commit_time, noon);
  }
  EXPECT_EQ(commit(say(5)).position.value, 4U);
}

TEST_P(StoreContract, GivesBackWhatWasCommitted) {
  append_request request = say(0);
  request.sender = key_of(200);
  request.sender_name = "";
  request.kind = 1;
  request.body = proto::bytes(256 * 1024, 0);
  request.body[5] = 0xff;
  request.commit_time = noon + std::chrono::milliseconds{1};
  const auto result = commit(request);
  commit(say(1, ""));
  disk_->restart();

  const auto rows = read_all(current()).rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].position.value, 1U);
  EXPECT_EQ(rows[0].commit_time, request.commit_time);
  EXPECT_EQ(rows[0].sender, request.sender);
  EXPECT_EQ(rows[0].sender_name, "");
  EXPECT_EQ(rows[0].kind, 1);
  EXPECT_EQ(rows[0].body, request.body);
  EXPECT_EQ(rows[0].chain, result.chain);
  EXPECT_TRUE(rows[1].body.empty());
  EXPECT_EQ(rows[1].sender_name, "ada");
}

TEST_P(StoreContract, TheSnapshotTellsWhereEveryLogEnds) {
  commit(say(0));
  const auto last = commit(say(1));
  append_request direct = say(2);
  direct.log = log_number{9};
  direct.create = new_log{{log_kind::inbox, std::string(32, '\xfe')}, {}};
  commit(direct);
  disk_->restart();

  const auto snapshot = current().snapshot();
  ASSERT_TRUE(snapshot);
  ASSERT_EQ(snapshot->logs.size(), 2U);
  const log_state& room = snapshot->logs[0];
  EXPECT_EQ(room.number, lobby);
  EXPECT_EQ(room.key, (log_key{log_kind::room, "lobby"}));
  EXPECT_EQ(room.id, room_called("lobby").id);
  EXPECT_EQ(room.head.value, 2U);
  EXPECT_EQ(room.first.value, 1U);
  EXPECT_EQ(room.head_chain, last.chain);
  EXPECT_EQ(snapshot->logs[1].key, direct.create->key);
}

TEST_P(StoreContract, ALogThatNobodyMadeIsRefused) {
  append_request request = say(0);
  request.create.reset();
  EXPECT_EQ(commit(request).status, append_status::storage_failed);
  EXPECT_TRUE(current().snapshot()->logs.empty());
}

TEST_P(StoreContract, EveryRowHasItsOwnChainTag) {
  std::set<chain_tag> tags{chain_tag{}};
  for (std::uint64_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(tags.insert(commit(say(2 * i)).chain).second);
    EXPECT_TRUE(tags.insert(commit(say_in_kitchen(2 * i + 1)).chain).second) << "the log is part of the chain";
  }
}

TEST_P(StoreContract, AKeyHasOneName) {
  EXPECT_TRUE(current().claim_name({.tag = {}, .name = "ada", .key = key_of(1), .time = noon}).stored);
  EXPECT_TRUE(current().claim_name({.tag = {}, .name = "bob", .key = key_of(2), .time = noon}).stored);
  const auto renamed = current().claim_name({.tag = request_tag{5}, .name = "eve", .key = key_of(1), .time = noon});
  EXPECT_TRUE(renamed.stored);
  EXPECT_EQ(renamed.tag, request_tag{5});
  disk_->restart();
  const auto names = current().snapshot()->names;
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].name, "bob");
  EXPECT_EQ(names[1].name, "eve");
  EXPECT_EQ(names[1].key, key_of(1));
  EXPECT_EQ(names[1].last_seen, noon);
}

TEST_P(StoreContract, ANameMovesToWhoClaimsIt) {
  current().claim_name({.tag = {}, .name = "ada", .key = key_of(1), .time = noon});
  current().claim_name({.tag = {}, .name = "ada", .key = key_of(2), .time = noon});
  const auto names = current().snapshot()->names;
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].key, key_of(2));
}

TEST_P(StoreContract, RemembersWhenTheHolderOfANameWasSeen) {
  const auto later = noon + std::chrono::hours{48};
  current().claim_name({.tag = {}, .name = "ada", .key = key_of(1), .time = noon});
  current().claim_name({.tag = {}, .name = "ada", .key = key_of(2), .time = later, .seen_again = true});
  EXPECT_EQ(current().snapshot()->names.at(0).last_seen, noon) << "seen was someone else";
  const auto seen =
      current().claim_name({.tag = request_tag{3}, .name = "ada", .key = key_of(1), .time = later, .seen_again = true});
  EXPECT_TRUE(seen.stored);
  EXPECT_EQ(seen.tag, request_tag{3});
  disk_->restart();
  EXPECT_EQ(current().snapshot()->names.at(0).last_seen, later);
}

}  // namespace
}  // namespace tern::relay
