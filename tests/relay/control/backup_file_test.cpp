#include "relay/control/backup_file.hpp"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>

namespace tern::relay {
namespace {

class BackupFile : public testing::Test {
 protected:
  BackupFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tern-backup.XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "backup.db";
  }
  ~BackupFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(BackupFile, GetsItsNameWhenItIsWhole) {
  EXPECT_TRUE(may_be_written(path_, 5));
  std::ofstream{unfinished_name(path_)} << "whole";
  EXPECT_EQ(finish_backup(path_), 5U);
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_FALSE(std::filesystem::exists(unfinished_name(path_)));
}

TEST_F(BackupFile, ReplacesNothing) {
  std::ofstream{path_} << "yesterday's";
  EXPECT_FALSE(may_be_written(path_, 5));
  // Somebody was faster.
  std::ofstream{unfinished_name(path_)} << "whole";
  const auto refused = finish_backup(path_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("replaces nothing"), std::string::npos) << refused.error();
  EXPECT_EQ(std::filesystem::file_size(path_), 11U);
  EXPECT_FALSE(std::filesystem::exists(unfinished_name(path_)));
}

TEST_F(BackupFile, ReplacesNoLinkThatLeadsNowhere) {
  std::filesystem::create_symlink(folder_ / "nowhere", path_);
  EXPECT_FALSE(may_be_written(path_, 5));
}

TEST_F(BackupFile, NeedsItsFolderAndSpace) {
  const auto no_folder = may_be_written(folder_ / "missing" / "backup.db", 5);
  ASSERT_FALSE(no_folder);
  EXPECT_NE(no_folder.error().find("missing"), std::string::npos) << no_folder.error();
  const auto no_space = may_be_written(path_, std::uint64_t{1} << 60U);
  ASSERT_FALSE(no_space);
  EXPECT_NE(no_space.error().find("MiB free"), std::string::npos) << no_space.error();
}

TEST_F(BackupFile, ThatWasNeverWrittenIsAnError) { EXPECT_FALSE(finish_backup(path_)); }

}  // namespace
}  // namespace tern::relay
