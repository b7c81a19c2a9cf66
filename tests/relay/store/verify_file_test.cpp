// What `tern-relay verify` reads where no relay runs: a stopped relay's data, or a backup.
#include "relay/store/sqlite/schema.hpp"
#include "relay/store/sqlite/sqlite_store.hpp"
#include "relay/store/sqlite/verification.hpp"
#include "tests/relay/store/child.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace tern::relay {
namespace {

class VerifyFile : public testing::Test {
 protected:
  static std::vector<append_request> hundred() {
    std::vector<append_request> batch;
    for (std::uint64_t i = 0; i < 100; ++i) batch.push_back(say(i, "message number " + std::to_string(i) + " end"));
    return batch;
  }
  void fill() {
    const auto log = std::move(sqlite_store::open(path_, {}).value());
    log->commit(hundred());
    commit_one(*log, say_in_kitchen(100));
  }
  // What a relay that was killed leaves: most of it in the write-ahead log.
  void fill_and_kill() {
    child relay{[&](child_side& side) {
      const auto log = sqlite_store::open(path_, {});
      (*log)->commit(hundred());
      side.tell(1);
      side.wait();
    }};
    relay.hear();
    relay.kill();
    ASSERT_GT(std::filesystem::file_size(path_ + "-wal"), 0U);
  }
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> contents;
    for (const auto& file : std::filesystem::directory_iterator{std::filesystem::path{path_}.parent_path()}) {
      std::ifstream in{file.path(), std::ios::binary};
      contents[file.path().filename().string()] = {std::istreambuf_iterator<char>{in}, {}};
    }
    return contents;
  }
  // Checks, and that nothing was changed, made or removed by that.
  tl::expected<verify_report, std::string> check() {
    const auto before = everything();
    auto report = sqlite::verify_file(path_, cancelled_);
    EXPECT_TRUE(everything() == before);
    return report;
  }
  void flip(const std::string& file, const std::string& text) {
    std::fstream open{file, std::ios::in | std::ios::out | std::ios::binary};
    std::string content{std::istreambuf_iterator<char>{open}, {}};
    const std::size_t at = content.find(text);
    ASSERT_NE(at, std::string::npos);
    open.seekp(static_cast<std::streamoff>(at));
    open.put(static_cast<char>(content[at] ^ 1));
  }

  temporary_folder folder_;
  std::string path_ = folder_.file("log.db");
  std::atomic<bool> cancelled_ = false;
};

TEST_F(VerifyFile, CountsRoomsAndRowsOfSoundData) {
  fill();
  const auto report = check();
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->damages_found, 0U);
  EXPECT_EQ(report->rooms, 2U);
  EXPECT_EQ(report->rows, 101U);
}

TEST_F(VerifyFile, ReadsWhatAKilledRelayLeftInItsJournal) {
  fill_and_kill();
  const auto report = check();
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->damages_found, 0U);
  EXPECT_EQ(report->rows, 100U);
  const auto log = sqlite_store::open(path_, {});
  ASSERT_TRUE(log) << log.error().what;
  EXPECT_EQ(read_all(**log).rows.size(), 100U) << "and leaves it to the relay";
}

TEST_F(VerifyFile, SaysRoomAndPositionOfAFlippedBit) {
  fill();
  flip(path_, "message number 41 end");
  const auto report = check();
  ASSERT_TRUE(report) << report.error();
  ASSERT_EQ(report->damages_found, 1U);
  EXPECT_EQ(report->damages[0].log.name, "lobby");
  EXPECT_EQ(report->damages[0].position.value, 42U);
}

TEST_F(VerifyFile, TakesAFileThatWasCutShortForDamaged) {
  fill();
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  const auto report = check();
  EXPECT_TRUE(!report || report->damages_found > 0);
}

TEST_F(VerifyFile, ReadsDataOfTheFirstSchema) {
  fill();
  sqlite::database{path_, ""}.execute(
      "ALTER TABLE decisions DROP COLUMN log; DROP TABLE rules; DROP TABLE rights; DROP TABLE pairs; "
      "DROP TABLE pair_rows; PRAGMA user_version = 1;"
      "PRAGMA wal_checkpoint(TRUNCATE)");
  const auto report = check();
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->rows, 101U);
}

TEST_F(VerifyFile, RefusesTheDataOfARunningRelay) {
  child relay{[&](child_side& side) {
    const auto log = sqlite_store::open(path_, {});
    (*log)->commit(hundred());
    side.tell(1);
    side.wait();
  }};
  relay.hear();
  const auto used = check();
  ASSERT_FALSE(used);
  EXPECT_NE(used.error().find("running"), std::string::npos) << used.error();
}

TEST_F(VerifyFile, RefusesWhatIsNoRelaysData) {
  EXPECT_FALSE(check()) << "not there";
  EXPECT_TRUE(everything().empty());
  std::ofstream{path_} << std::string(5'000, 'x');
  EXPECT_FALSE(check()) << "no database";
  std::filesystem::remove(path_);
  sqlite::database{path_, ""}.execute("CREATE TABLE recipes(name TEXT)");
  const auto other = check();
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().find("another program"), std::string::npos) << other.error();
}

TEST_F(VerifyFile, RefusesDataOfANewerRelay) {
  fill();
  sqlite::database{path_, ""}.execute("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
  const auto newer = check();
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().find("newer"), std::string::npos) << newer.error();
}

TEST_F(VerifyFile, ReadsAPathWithLettersThatMeanSomethingInAUri) {
  path_ = folder_.file("100% sure? #1.db");
  fill();
  EXPECT_EQ(check().value().rows, 101U);
}

TEST_F(VerifyFile, GivesUpWhenItIsCancelled) {
  fill();
  cancelled_ = true;
  EXPECT_FALSE(check());
}

}  // namespace
}  // namespace tern::relay
