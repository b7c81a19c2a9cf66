// A copy of the store made while it is in use.
#include "relay/store/memory_store.hpp"
#include "relay/store/sqlite/sqlite_store.hpp"
#include "relay/store/sqlite/verification.hpp"
#include "relay/store/writer.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/temporary_folder.hpp"

#include <atomic>
#include <future>

namespace tern::relay {
namespace {

const std::atomic<bool> never = false;

std::vector<append_request> batch_of(std::uint64_t first, std::uint64_t count, std::size_t bytes) {
  std::vector<append_request> batch;
  for (std::uint64_t i = first; i < first + count; ++i) batch.push_back(say(i, std::string(bytes, 'x')));
  for (append_request& each : batch) each.floor = first;
  return batch;
}

class Copy : public testing::Test {
 protected:
  std::uint64_t commit(std::uint64_t count, std::size_t bytes = 1'000) {
    for (const auto& result : log_->commit(batch_of(committed_, count, bytes))) {
      EXPECT_EQ(result.status, append_status::committed);
    }
    return committed_ += count;
  }
  std::unique_ptr<copying> begin() { return std::move(log_->copy_to(copy_).value()); }
  verify_report check() { return sqlite::verify_file(copy_, never).value(); }

  temporary_folder folder_;
  std::string copy_ = folder_.file("copy.db");
  std::uint64_t committed_ = 0;
  std::unique_ptr<sqlite_store> log_ = std::move(sqlite_store::open(folder_.file("log.db"), {}).value());
};

TEST_F(Copy, HoldsWhatIsCommittedBetweenItsSteps) {
  commit(1'000);
  const auto copy = begin();
  int steps = 0;
  while (!copy->step().value()) {
    commit(1);
    log_->maintain(noon);
    ++steps;
  }
  EXPECT_GT(steps, 3) << "a step is a small piece";
  const verify_report report = check();
  EXPECT_EQ(report.damages_found, 0U);
  EXPECT_EQ(report.rows, committed_);
  EXPECT_EQ(log_->verify().damages_found, 0U);
}

TEST_F(Copy, EndsThoughTheLogGrowsFasterThanAStep) {
  commit(100);
  const auto copy = begin();
  int steps = 0;
  while (!copy->step().value() && steps < 1'000) {
    if (steps < 200) commit(100, 4'000);  // 100 pages, where a step begins with 64
    ++steps;
  }
  EXPECT_LT(steps, 200) << "it has to end while the log still grows";
  EXPECT_EQ(check().rows, committed_);
}

TEST_F(Copy, IsAStoreOfItsOwn) {
  commit(10);
  const auto original = commit_one(*log_, say(10, "the last"));
  const auto copy = begin();
  while (!copy->step().value()) {
  }
  const auto restored = sqlite_store::open(copy_, {});
  ASSERT_TRUE(restored) << restored.error().what;
  const auto again = commit_one(**restored, say(10, "the last"));
  EXPECT_EQ(again.status, append_status::duplicate);
  EXPECT_EQ(again.position, original.position);
  EXPECT_EQ(again.chain, original.chain);
  EXPECT_EQ(read_all(**restored).rows.size(), 11U);
}

TEST_F(Copy, ThatIsGivenUpLeavesTheStoreAsItWas) {
  commit(1'000);
  auto copy = begin();
  EXPECT_FALSE(copy->step().value());
  copy.reset();
  commit(1);
  EXPECT_EQ(log_->verify().damages_found, 0U);
  EXPECT_EQ(log_->verify().rows, 1'001U);
}

TEST_F(Copy, ToAFolderThatIsNotThereIsRefused) {
  copy_ = folder_.file("missing/copy.db");
  const auto refused = log_->copy_to(copy_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find(copy_), std::string::npos) << refused.error();
}

TEST(CopyOfMemory, IsRefusedWithItsReason) {
  memory_store log;
  const auto refused = log.copy_to("anywhere");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("memory"), std::string::npos);
}

using outcome = tl::expected<void, std::string>;

class CopyByCommitter : public testing::Test {
 protected:
  std::unique_ptr<group_committer> committer_on(std::unique_ptr<store> log) {
    return std::make_unique<group_committer>(
        std::move(log), writer_limits{},
        group_committer::callbacks{[](const std::vector<store_result>&) {}, [](const store_fault&) {}});
  }
  std::unique_ptr<store> filled(std::uint64_t rows) {
    auto log = std::move(sqlite_store::open(folder_.file("log.db"), {}).value());
    log->commit(batch_of(0, rows, 1'000));
    return log;
  }
  copy_request request() {
    return {folder_.file("copy.db"), [this](outcome ended) { ended_.set_value(std::move(ended)); }};
  }

  temporary_folder folder_;
  std::promise<outcome> ended_;
};

TEST_F(CopyByCommitter, GoesOnBesideCommitsAndWhenThereAreNone) {
  const auto committer = committer_on(filled(1'000));
  ASSERT_TRUE(committer->submit(request()));
  for (std::uint64_t i = 1'000; i < 1'020; ++i) committer->submit(say(i));
  ASSERT_TRUE(ended_.get_future().get());
  const verify_report report = sqlite::verify_file(folder_.file("copy.db"), never).value();
  EXPECT_EQ(report.damages_found, 0U);
  EXPECT_GE(report.rows, 1'000U);
}

TEST_F(CopyByCommitter, IsOneAtATime) {
  const auto committer = committer_on(filled(1'000));
  ASSERT_TRUE(committer->submit(request()));
  // The first may have ended meanwhile; then this one is refused for the file that is there.
  std::promise<outcome> second;
  const bool is_taken = committer->submit(
      copy_request{folder_.file("missing/second.db"), [&](outcome ended) { second.set_value(std::move(ended)); }});
  EXPECT_TRUE(ended_.get_future().get());
  EXPECT_TRUE(!is_taken || !second.get_future().get());
}

TEST_F(CopyByCommitter, ThatCannotEndIsToldSo) {
  const auto committer = committer_on(filled(5'000));
  ASSERT_TRUE(committer->submit(request()));
  committer->stop();
  // Whole, if it was as fast as that; but there is an answer.
  const outcome ended = ended_.get_future().get();
  EXPECT_TRUE(ended || ended.error().find("stopping") != std::string::npos);
  EXPECT_FALSE(committer->submit(request()));
}

}  // namespace
}  // namespace tern::relay
