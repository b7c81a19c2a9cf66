#include "relay/store/sqlite/database.hpp"
#include "relay/store/sqlite/sqlite_store.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/temporary_folder.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tern::relay {
namespace {

class Damage : public testing::Test {
 protected:
  void SetUp() override {
    const auto log = open();
    std::vector<append_request> batch;
    for (std::uint64_t i = 0; i < 300; ++i) batch.push_back(say(i, "message number " + std::to_string(i) + " end"));
    log->commit(batch);
    EXPECT_EQ(log->verify().rows, 300U);
    EXPECT_EQ(log->verify().damages_found, 0U);
  }
  std::unique_ptr<sqlite_store> open() { return std::move(sqlite_store::open(path_, {}).value()); }
  void execute(const std::string& sql) { sqlite::database{path_, ""}.execute(sql); }

  // Flips one bit of the text where it lies in the file.
  void flip_in_file(const std::string& text) {
    std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
    std::string content{std::istreambuf_iterator<char>{file}, {}};
    const std::size_t at = content.find(text);
    ASSERT_NE(at, std::string::npos);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(content[at] ^ 1));
  }

  void expect_one(const verify_report& report, std::uint64_t position) {
    ASSERT_EQ(report.damages_found, 1U);
    EXPECT_EQ(report.damages[0].log.name, "lobby");
    EXPECT_EQ(report.damages[0].position.value, position);
  }

  temporary_folder folder_;
  std::string path_ = folder_.file("log.db");
};

TEST_F(Damage, OfOneBitIsReportedWithItsPosition) {
  flip_in_file("message number 123 end");
  expect_one(open()->verify(), 124);
}

TEST_F(Damage, ByAMissingRowIsReported) {
  execute("DELETE FROM rows WHERE (id & 0xfffffffff) = 50");
  expect_one(open()->verify(), 50);
}

TEST_F(Damage, ByACutLogIsReported) {
  execute("DELETE FROM rows WHERE (id & 0xfffffffff) > 290");
  expect_one(open()->verify(), 291);
}

TEST_F(Damage, ByAnInventedRowIsReported) {
  execute(
      "INSERT INTO rows SELECT id + 300, time, sender, sender_name, kind, body, chain FROM rows WHERE "
      "(id & 0xfffffffff) = 1");
  EXPECT_EQ(open()->verify().damages_found, 2U) << "it does not follow, and the log should have ended before";
}

TEST_F(Damage, ByRowsWithoutALogIsReported) {
  execute("DELETE FROM logs");
  const verify_report report = open()->verify();
  ASSERT_EQ(report.damages_found, 1U);
  EXPECT_TRUE(report.damages[0].log.name.empty());
}

TEST_F(Damage, IsNotTruncatedAndOthersGoOn) {
  flip_in_file("message number 123 end");
  const auto log = open();
  EXPECT_EQ(read_all(*log).rows.size(), 300U);
  EXPECT_EQ(commit_one(*log, say(300)).position.value, 301U);
  EXPECT_EQ(log->verify().damages_found, 1U);
}

// The page that holds the newest rows: what comes of reads and commits that meet it.
TEST_F(Damage, OfAPageFailsTheReadAndNothingElse) {
  {
    std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
    std::string content{std::istreambuf_iterator<char>{file}, {}};
    const std::size_t page = content.find("message number 123 end") / 4096 * 4096;
    file.seekp(static_cast<std::streamoff>(page));
    file << std::string(64, '\xff');
  }
  const auto log = open();
  const auto damaged = read_all(*log);
  EXPECT_TRUE(damaged.failed);
  EXPECT_TRUE(damaged.rows.empty());
  EXPECT_FALSE(log->read({.tag = {}, .log = lobby, .from = log_position{1}, .to = log_position{10}}).failed);
  EXPECT_GE(log->verify().damages_found, 1U);
}

}  // namespace
}  // namespace tern::relay
