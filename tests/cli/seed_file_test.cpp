#include "cli/identity/seed_file.hpp"

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"
#include "proto/seal/base64url.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "udp/system_entropy.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::cli {
namespace {

class SeedFileTest : public testing::Test {
 protected:
  temporary_folder folder_;
  seed_file place_{folder_.path() / "deep" / "tern" / "identity.key", "tern-identity-1"};
  udp::system_entropy entropy_;
};

TEST_F(SeedFileTest, IsMadeOnceAndStaysTheSame) {
  EXPECT_FALSE(place_.load().has_value());
  const auto first = place_.load_or_create(entropy_);
  EXPECT_EQ(place_.load_or_create(entropy_), first);
  EXPECT_EQ(*place_.load(), first);
}

TEST_F(SeedFileTest, IsReadableByItsOwnerOnly) {
  place_.load_or_create(entropy_);
  struct stat status {};
  ASSERT_EQ(::stat(place_.file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(place_.file().parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  ::chmod(place_.file().c_str(), 0644);
  EXPECT_THROW(place_.load(), failure);
}

TEST_F(SeedFileTest, DamageIsToldAndNothingIsOverwritten) {
  place_.load_or_create(entropy_);
  std::ofstream(place_.file(), std::ios::trunc) << "tern-identity-1 short\n";
  EXPECT_THROW(place_.load_or_create(entropy_), failure);
  EXPECT_EQ(read_private_file(place_.file()), "tern-identity-1 short\n");
}

TEST_F(SeedFileTest, ReplacingKeepsTheOldOne) {
  EXPECT_FALSE(place_.replace(entropy_).has_value());
  const auto old_content = read_private_file(place_.file());
  const auto old_key = *place_.load();
  const auto kept = place_.replace(entropy_);
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(read_private_file(*kept), old_content);
  EXPECT_NE(*place_.load(), old_key);
}

TEST_F(SeedFileTest, FiftyProcessesAtOnceGetOneKey) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < 50; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      udp::system_entropy own_entropy;
      const auto key = proto::to_base64url(place_.load_or_create(own_entropy).view()) + "\n";
      ::_exit(::write(ends[1], key.data(), key.size()) == static_cast<ssize_t>(key.size()) ? 0 : 1);
    }
    children.push_back(child);
  }
  ::close(ends[1]);
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  std::string output(8192, '\0');
  output.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], output.data(), output.size()))));
  ::close(ends[0]);
  std::istringstream lines(output);
  std::set<std::string> keys;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) keys.insert(line);
  EXPECT_EQ(count, 50U);
  EXPECT_EQ(keys.size(), 1U);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(place_.file().parent_path())) ++files;
  EXPECT_EQ(files, 1U) << "temporary files are left";
}

}  // namespace
}  // namespace tern::cli
