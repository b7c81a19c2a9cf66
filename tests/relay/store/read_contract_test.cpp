#include "tests/relay/store/store_case.hpp"

namespace tern::relay {
namespace {

std::vector<std::uint64_t> positions(const read_result& result) {
  std::vector<std::uint64_t> found;
  for (const row& one : result.rows) found.push_back(one.position.value);
  return found;
}

using list = std::vector<std::uint64_t>;

read_request window(std::uint64_t from, std::uint64_t to, std::uint32_t rows_max = 200, bool newest = false) {
  return {.tag = request_tag{77},
          .log = lobby,
          .from = log_position{from},
          .to = log_position{to},
          .rows_max = rows_max,
          .bytes_max = 1'000'000,
          .newest = newest};
}

void fill(store& into, std::uint64_t rows) {
  for (std::uint64_t i = 0; i < rows; ++i) {
    commit_one(into, say(2 * i, "0123456789"));
    commit_one(into, say_in_kitchen(2 * i + 1));
  }
}

TEST_P(StoreContract, ReadsBothEndsIncluded) {
  fill(current(), 10);
  const auto result = current().read(window(3, 5));
  EXPECT_EQ(positions(result), (list{3, 4, 5}));
  EXPECT_EQ(result.tag, request_tag{77});
  EXPECT_EQ(result.first.value, 1U);
  EXPECT_FALSE(result.failed);
}

TEST_P(StoreContract, ReadsOnlyWhatIsThere) {
  fill(current(), 3);
  EXPECT_EQ(positions(current().read(window(0, 99))), (list{1, 2, 3}));
  EXPECT_EQ(positions(current().read(window(4, 99))), list{});
  EXPECT_EQ(positions(current().read(window(3, 2))), list{});
  EXPECT_EQ(positions(current().read(window(0, UINT64_MAX))), (list{1, 2, 3}));
}

TEST_P(StoreContract, KeepsTheEndThatWasAskedFor) {
  fill(current(), 10);
  EXPECT_EQ(positions(current().read(window(1, 10, 3))), (list{1, 2, 3}));
  EXPECT_EQ(positions(current().read(window(1, 10, 3, true))), (list{8, 9, 10}));
  EXPECT_EQ(positions(current().read(window(1, 6, 3, true))), (list{4, 5, 6}));
  EXPECT_EQ(positions(current().read(window(1, 10, 0))), list{});
}

TEST_P(StoreContract, StopsAtTheBytesButGivesOneRowAtLeast) {
  fill(current(), 10);
  auto request = window(1, 10);
  request.bytes_max = 35;
  EXPECT_EQ(positions(current().read(request)), (list{1, 2, 3}));
  request.newest = true;
  EXPECT_EQ(positions(current().read(request)), (list{8, 9, 10}));
  request.bytes_max = 1;
  EXPECT_EQ(positions(current().read(request)), (list{10}));
}

TEST_P(StoreContract, ALogThatIsNotThereReadsAsEmpty) {
  auto request = window(1, 10);
  request.log = log_number{4711};
  const auto result = current().read(request);
  EXPECT_TRUE(result.rows.empty());
  EXPECT_FALSE(result.failed);
  EXPECT_EQ(result.first.value, 1U);
}

}  // namespace
}  // namespace tern::relay
