#include "tests/relay/store/store_case.hpp"

namespace tern::relay {
namespace {

using namespace std::chrono_literals;

append_request say_at(std::uint64_t counter, proto::wall_time when, std::string_view text = "hello") {
  append_request request = say(counter, text);
  request.commit_time = when;
  return request;
}

TEST_P(StoreContract, AFullLogRefusesRatherThanForgetTheYoung) {
  use({.rows_max = 3});
  for (std::uint64_t i = 0; i < 3; ++i) commit(say(i));
  EXPECT_EQ(commit(say_at(3, noon + 24h)).status, append_status::log_full);
  EXPECT_EQ(commit(say(1)).status, append_status::duplicate);
  EXPECT_EQ(commit(say_in_kitchen(4)).status, append_status::committed) << "another log has room";
  EXPECT_FALSE(current().fault());
  EXPECT_EQ(read_all(current()).rows.size(), 3U);
}

TEST_P(StoreContract, AFullLogMakesRoomFromWhatIsOld) {
  use({.rows_max = 3});
  for (std::uint64_t i = 0; i < 3; ++i) commit(say(i));
  EXPECT_EQ(commit(say_at(3, noon + 25h)).position.value, 4U);
  disk_->restart();
  const auto result = read_all(current());
  ASSERT_EQ(result.rows.size(), 3U);
  EXPECT_EQ(result.first.value, 2U);
  EXPECT_EQ(result.rows.front().position.value, 2U);
  EXPECT_EQ(current().snapshot()->logs[0].first.value, 2U);
}

TEST_P(StoreContract, BytesCountAsWell) {
  use({.bytes_max = 25});
  commit(say(0, "0123456789"));
  commit(say(1, "0123456789"));
  EXPECT_EQ(commit(say(2, "0123456789")).status, append_status::log_full);
  EXPECT_EQ(commit(say(3, "01234")).status, append_status::committed);
  EXPECT_EQ(commit(say_at(4, noon + 25h, "0123456789012345678901234")).position.value, 4U);
  EXPECT_EQ(read_all(current()).first.value, 4U) << "all others had to go";
}

TEST_P(StoreContract, WhatNeverFitsIsRefusedWithoutATrace) {
  use({.bytes_max = 4});
  EXPECT_EQ(commit(say(0, "01234")).status, append_status::log_full);
  EXPECT_TRUE(current().snapshot()->logs.empty());
  append_request other_number = say(0, "0123");
  other_number.log = log_number{8};
  EXPECT_EQ(commit(other_number).status, append_status::committed) << "the name was not taken";
}

TEST_P(StoreContract, APrunedMessageIsStillKnownAsADuplicate) {
  use({.rows_max = 1});
  const auto original = commit(say(0));
  commit(say_at(1, noon + 25h));
  const auto again = commit(say(0));
  EXPECT_EQ(again.status, append_status::duplicate);
  EXPECT_EQ(again.position, original.position);
  EXPECT_EQ(read_all(current()).rows.size(), 1U);
}

std::vector<std::uint64_t> positions(const read_result& from) {
  std::vector<std::uint64_t> found;
  for (const row& each : from.rows) found.push_back(each.position.value);
  return found;
}

TEST_P(StoreContract, APairThatHasTooMuchIsRefusedAndOthersAreNot) {
  use({.pair_rows_max = 2});
  for (std::uint64_t i = 0; i < 2; ++i) commit(write_to_ben(1, i, noon));
  EXPECT_EQ(commit(write_to_ben(1, 2, noon + 24h)).status, append_status::log_full);
  EXPECT_EQ(commit(write_to_ben(2, 0, noon)).status, append_status::committed);
  append_request room = say_in_kitchen(3);
  EXPECT_EQ(commit(room).status, append_status::committed) << "a room is no pair";
}

TEST_P(StoreContract, APairThatHasTooMuchLetsGoOfWhatIsOldAmongTheOthers) {
  use({.pair_rows_max = 2});
  commit(write_to_ben(2, 0, noon));
  commit(write_to_ben(1, 0, noon));
  commit(write_to_ben(2, 1, noon));
  commit(write_to_ben(1, 1, noon));
  EXPECT_EQ(commit(write_to_ben(1, 2, noon + 25h)).position.value, 5U);
  EXPECT_EQ(positions(read_all(current())), (std::vector<std::uint64_t>{1, 3, 4, 5}));
  disk_->restart();
  EXPECT_EQ(commit(write_to_ben(1, 3, noon + 25h)).position.value, 6U);
  EXPECT_EQ(positions(read_all(current())), (std::vector<std::uint64_t>{1, 3, 5, 6}));
  EXPECT_EQ(commit(write_to_ben(1, 4, noon + 25h)).status, append_status::log_full);
  EXPECT_EQ(read_all(current()).first.value, 1U);
  const auto proof =
      current().read({.log = lobby, .from = log_position{2}, .to = log_position{2}, .with_let_go = true});
  ASSERT_EQ(proof.rows.size(), 1U);
  EXPECT_EQ(proof.rows.front().kind, let_go_kind);
  EXPECT_TRUE(proof.rows.front().body.empty());
  EXPECT_NE(proof.rows.front().chain, chain_tag{});
}

TEST_P(StoreContract, APairsBytesCountAsWell) {
  use({.pair_bytes_max = 20});
  EXPECT_EQ(commit(write_to_ben(1, 0, noon, std::string(21, 'x'))).status, append_status::log_full);
  commit(write_to_ben(1, 1, noon, std::string(15, 'x')));
  EXPECT_EQ(commit(write_to_ben(1, 2, noon, std::string(6, 'x'))).status, append_status::log_full);
  EXPECT_EQ(commit(write_to_ben(1, 3, noon + 25h, std::string(20, 'x'))).status, append_status::committed);
}

TEST_P(StoreContract, AMessageThatAPairHasNoRoomForHasCostNobodyTheirs) {
  use({.rows_max = 3, .pair_rows_max = 1});
  commit(write_to_ben(2, 0, noon));
  commit(write_to_ben(3, 0, noon));
  commit(write_to_ben(1, 0, noon + 25h));
  EXPECT_EQ(commit(write_to_ben(1, 1, noon + 26h)).status, append_status::log_full);
  EXPECT_EQ(positions(read_all(current())), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(commit(write_to_ben(4, 0, noon + 26h)).position.value, 4U) << "the next one is worth an old one";
  EXPECT_EQ(read_all(current()).first.value, 2U);
}

TEST_P(StoreContract, AMessageThatIsTooMuchEvenWithoutTheOldHasCostNobodyTheirs) {
  use({.bytes_max = 20});
  commit(say(0, "01234"));
  commit(say_at(1, noon + 25h, "0123456789"));
  for (std::uint64_t i = 2; i <= 3; ++i)
    EXPECT_EQ(commit(say_at(i, noon + 26h, "0123456789x")).status, append_status::log_full);
  EXPECT_EQ(read_all(current()).first.value, 1U);
  EXPECT_EQ(commit(say_at(4, noon + 26h, "0123456789")).status, append_status::committed);
  EXPECT_EQ(read_all(current()).first.value, 2U);
  EXPECT_EQ(commit(say_at(5, noon + 26h, "x")).status, append_status::log_full);
}

TEST_P(StoreContract, AMessageThatIsTooMuchForAPairHasNotCostItsOld) {
  use({.pair_bytes_max = 20});
  commit(write_to_ben(1, 0, noon, "01234"));
  commit(write_to_ben(1, 1, noon + 25h, "0123456789"));
  EXPECT_EQ(commit(write_to_ben(1, 2, noon + 26h, "0123456789x")).status, append_status::log_full);
  EXPECT_EQ(positions(read_all(current())), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(commit(write_to_ben(1, 3, noon + 26h, "0123456789")).status, append_status::committed);
  EXPECT_EQ(positions(read_all(current())), (std::vector<std::uint64_t>{2, 3}));
}

TEST_P(StoreContract, WhatWasOldByAClockThatWasAheadIsYoungAgain) {
  use({.bytes_max = 20});
  commit(say(0, "01234"));
  commit(say_at(1, noon + 48h, "0123456789"));
  EXPECT_EQ(commit(say_at(2, noon + 48h, "0123456789x")).status, append_status::log_full);
  EXPECT_EQ(commit(say_at(3, noon + 1h, "0123456789")).status, append_status::log_full);
  EXPECT_EQ(read_all(current()).first.value, 1U);
  EXPECT_EQ(commit(say_at(4, noon + 25h, "0123456789")).status, append_status::committed);
  EXPECT_EQ(read_all(current()).first.value, 2U);
}

TEST_P(StoreContract, APairLetsGoOfItsOwnBeforeOthersHaveTo) {
  use({.bytes_max = 15, .pair_bytes_max = 10});
  commit(write_to_ben(2, 0, noon, "01234"));
  commit(write_to_ben(1, 0, noon, "0123456789"));
  EXPECT_EQ(commit(write_to_ben(1, 1, noon + 25h, "0123456789")).status, append_status::committed);
  EXPECT_EQ(positions(read_all(current())), (std::vector<std::uint64_t>{1, 3}));
}

TEST_P(StoreContract, WhatAPairLetGoGoesWithTheRestInTime) {
  use({.pair_rows_max = 1, .age_max = 48h});
  commit(write_to_ben(1, 0, noon));
  commit(write_to_ben(2, 0, noon));
  commit(write_to_ben(1, 1, noon + 25h));
  for (int i = 0; i < 3; ++i) current().maintain(noon + 49h);
  EXPECT_EQ(read_all(current()).first.value, 3U);
  EXPECT_EQ(commit(write_to_ben(1, 2, noon + 49h)).status, append_status::log_full);
  EXPECT_EQ(commit(write_to_ben(2, 1, noon + 49h)).status, append_status::committed) << "its old one is gone";
}

TEST_P(StoreContract, RowsPastTheirAgeGoInTime) {
  use({.age_max = 48h});
  for (std::uint64_t i = 0; i < 5; ++i) commit(say_at(i, noon + 12h * static_cast<int>(i)));
  commit(say_in_kitchen(5));
  for (int i = 0; i < 8; ++i) current().maintain(noon + 48h + 13h);
  EXPECT_EQ(read_all(current()).first.value, 3U);
  EXPECT_TRUE(read_all(current(), kitchen).rows.empty());
  EXPECT_EQ(read_all(current(), kitchen).first.value, 2U) << "an emptied log goes on counting";
  EXPECT_EQ(commit(say_in_kitchen(6)).position.value, 2U);
}

}  // namespace
}  // namespace tern::relay
