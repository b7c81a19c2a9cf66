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
