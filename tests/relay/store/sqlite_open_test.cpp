#include "relay/store/sqlite/database.hpp"
#include "relay/store/sqlite/schema.hpp"
#include "relay/store/sqlite/sqlite_store.hpp"
#include "tests/relay/store/child.hpp"
#include "tests/relay/store/faulty_disk.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/temporary_folder.hpp"

#include <fstream>

namespace tern::relay {
namespace {

class SqliteOpen : public testing::Test {
 protected:
  tl::expected<std::unique_ptr<sqlite_store>, open_error> open(const sqlite_options& options = {}) {
    return sqlite_store::open(path_, options);
  }
  void execute(const std::string& sql) { sqlite::database{path_, ""}.execute(sql); }
  std::int64_t number(const std::string& sql) { return sqlite::database{path_, ""}.number_of(sql); }

  temporary_folder folder_;
  std::string path_ = folder_.file("log.db");
};

TEST_F(SqliteOpen, MakesANewFileOfTheNewestSchema) {
  ASSERT_TRUE(open());
  EXPECT_EQ(number("PRAGMA user_version"), sqlite::newest_schema());
  EXPECT_EQ(number("PRAGMA application_id"), sqlite::application_id);
}

TEST_F(SqliteOpen, BringsTheDataOfTheFirstSchemaToTheNewest) {
  const auto original = commit_one(*open().value(), say(0));
  execute(
      "ALTER TABLE decisions DROP COLUMN log; DROP TABLE rules; DROP TABLE rights; DROP TABLE pairs; "
      "DROP TABLE pair_rows; PRAGMA user_version = 1");
  auto again = open();
  ASSERT_TRUE(again) << again.error().what;
  const auto repeated = commit_one(**again, say(0));
  EXPECT_EQ(repeated.status, append_status::duplicate);
  EXPECT_EQ(repeated.position, original.position);
  EXPECT_EQ(commit_one(**again, say(1)).status, append_status::committed);
  again->reset();
  EXPECT_EQ(number("PRAGMA user_version"), sqlite::newest_schema());
}

TEST_F(SqliteOpen, BringsRulesFromBeforeLiveRoomsToTheNewest) {
  ASSERT_TRUE(open());
  execute(
      "ALTER TABLE rules DROP COLUMN live; INSERT INTO rules VALUES(1, 2, 'birds'); DROP TABLE pairs; "
      "DROP TABLE pair_rows; PRAGMA user_version = 3");
  const auto again = open();
  ASSERT_TRUE(again) << again.error().what;
  const auto rules = (*again)->snapshot()->rules;
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules.front().rules.kind, room_kind::moderated);
  EXPECT_FALSE(rules.front().rules.live);
}

TEST_F(SqliteOpen, CountsWhatOlderRelaysLeftInInboxes) {
  sqlite_options options;
  options.keep.pair_rows_max = 3;
  {
    const auto store = open(options).value();
    commit_one(*store, say_in_kitchen(0, "rooms are no pairs"));
    for (std::uint64_t i = 1; i <= 4; ++i) {
      // The fourth lets the first go.
      const auto when = noon + std::chrono::hours{25} * static_cast<int>(i / 4);
      commit_one(*store, write_to_ben(1, i, when, std::string(i, 'x')));
    }
    commit_one(*store, write_to_ben(2, 0, noon));
  }
  const auto text = [&](const std::string& sql) { return sqlite::database{path_, ""}.value_of(sql); };
  const std::string counted = "SELECT group_concat(log || ':' || rows || ':' || bytes) FROM pairs";
  EXPECT_EQ(text(counted), "1:3:9,1:1:5");
  execute("DROP TABLE pairs; DROP TABLE pair_rows; PRAGMA user_version = 4");
  {
    const auto again = open(options);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ((*again)->verify().damages_found, 0U);
    EXPECT_EQ(commit_one(**again, write_to_ben(1, 5, noon, "x")).status, append_status::log_full);
    EXPECT_EQ(commit_one(**again, write_to_ben(2, 1, noon, "x")).status, append_status::committed);
  }
  EXPECT_EQ(text(counted), "1:3:9,1:2:6");
}

TEST_F(SqliteOpen, RefusesTheDataOfANewerRelay) {
  ASSERT_TRUE(open());
  execute("PRAGMA user_version = 99");
  const auto again = open();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().problem, open_problem::unusable);
  EXPECT_NE(again.error().what.find("newer"), std::string::npos) << again.error().what;
}

TEST_F(SqliteOpen, RefusesAnotherProgramsFile) {
  execute("CREATE TABLE recipes(name TEXT)");
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("another program"), std::string::npos) << refused.error().what;
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema"), 1) << "and leaves it as it was";
}

TEST_F(SqliteOpen, RefusesWhatIsNoDatabase) {
  std::ofstream{path_} << std::string(5000, 'x');
  ASSERT_FALSE(open());
}

TEST_F(SqliteOpen, AFolderThatIsNotThereIsAnError) {
  path_ = folder_.file("missing/log.db");
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find(path_), std::string::npos);
}

TEST_F(SqliteOpen, ASecondProcessIsRefused) {
  child holder{[&](child_side& side) {
    const auto held = open();
    side.tell(held ? 1 : 0);
    side.wait();
  }};
  ASSERT_EQ(holder.hear(), 1U);
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().problem, open_problem::in_use);
  EXPECT_NE(refused.error().what.find("another relay"), std::string::npos) << refused.error().what;
  holder.kill();
  EXPECT_TRUE(open());
}

TEST_F(SqliteOpen, ASecondOneInTheSameProcessIsRefusedToo) {
  const auto first = open();
  ASSERT_TRUE(first);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().problem, open_problem::in_use);
}

TEST_F(SqliteOpen, AFullDiskIsSaid) {
  faulty_disk disk;
  disk.is_full = true;
  sqlite_options options;
  options.vfs = disk.name();
  const auto refused = open(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().problem, open_problem::disk_full);
}

TEST_F(SqliteOpen, MustGetEverythingOntoTheDiskFirst) {
  child holder{[&](child_side& side) {
    const auto held = open();
    commit_one(**held, say(0));
    side.tell(1);
    side.wait();
  }};
  holder.hear();
  holder.kill();
  ASSERT_GT(std::filesystem::file_size(path_ + "-wal"), 0U);

  faulty_disk disk;
  disk.sync_fails = true;
  sqlite_options options;
  options.vfs = disk.name();
  EXPECT_FALSE(open(options)) << "what a killed relay wrote may be in the page cache alone";

  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(std::filesystem::file_size(path_ + "-wal"), 0U);
  EXPECT_EQ(commit_one(**opened, say(0)).status, append_status::duplicate);
}

class SqliteSync : public testing::Test {
 protected:
  std::uint64_t syncs_of_a_commit(durability level) {
    sqlite_options options;
    options.level = level;
    options.vfs = disk_.name();
    const auto opened = sqlite_store::open(folder_.file("log.db"), options);
    commit_one(**opened, say(1));
    const std::uint64_t before = disk_.syncs;
    EXPECT_EQ(commit_one(**opened, say(2)).status, append_status::committed);
    return disk_.syncs - before;
  }
  faulty_disk disk_;
  temporary_folder folder_;
};

TEST_F(SqliteSync, AStrictCommitIsOneSync) { EXPECT_EQ(syncs_of_a_commit(durability::strict), 1U); }

TEST_F(SqliteSync, ARelaxedCommitIsNone) { EXPECT_EQ(syncs_of_a_commit(durability::relaxed), 0U); }

TEST_F(SqliteSync, TheJournalIsFoldedInBesideCommits) {
  sqlite_options options;
  options.vfs = disk_.name();
  options.checkpoint_pages = 10;
  const auto opened = sqlite_store::open(folder_.file("log.db"), options);
  const std::string journal = folder_.file("log.db-wal");
  std::uintmax_t largest = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    commit_one(**opened, say(i));
    (*opened)->maintain(noon);
    largest = std::max(largest, std::filesystem::file_size(journal));
  }
  EXPECT_LT(largest, 40U * 4096U);
  EXPECT_EQ(read_all(**opened).rows.size(), 200U);
}

TEST_F(SqliteSync, AFailedSyncOfTheFoldingIsAFault) {
  sqlite_options options;
  options.vfs = disk_.name();
  options.checkpoint_pages = 1;
  const auto opened = sqlite_store::open(folder_.file("log.db"), options);
  commit_one(**opened, say(1));
  disk_.sync_fails = true;
  (*opened)->maintain(noon);
  EXPECT_TRUE((*opened)->fault());
}

TEST_F(SqliteSync, AFileAtItsLimitCountsAsAFullDisk) {
  sqlite_options options;
  options.pages_max = 40;
  const auto opened = sqlite_store::open(folder_.file("log.db"), options);
  std::uint64_t committed = 0;
  append_status last = append_status::committed;
  while (last == append_status::committed && committed < 1000) {
    last = commit_one(**opened, say(committed, std::string(1000, 'x'))).status;
    committed += last == append_status::committed ? 1U : 0U;
  }
  EXPECT_EQ(last, append_status::disk_full);
  EXPECT_EQ(read_all(**opened).rows.size(), committed);
  EXPECT_FALSE((*opened)->fault());
}

}  // namespace
}  // namespace tern::relay
