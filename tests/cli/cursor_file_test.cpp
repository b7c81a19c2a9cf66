#include "cli/chat/cursor_file.hpp"

#include "cli/failure.hpp"
#include "proto/packet/varint.hpp"
#include "tests/cli/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::cli {
namespace {

inbox_owner owner(std::uint8_t relay, std::uint8_t self) {
  inbox_owner result;
  result.relay.fill(relay);
  result.self.fill(self);
  return result;
}

proto::chat::cursor place(std::uint8_t log, std::uint64_t position) {
  proto::chat::cursor result;
  result.log.fill(log);
  result.position = proto::log_position{position};
  result.chain.fill(static_cast<std::uint8_t>(position));
  return result;
}

class CursorFileTest : public testing::Test {
 protected:
  void spoil(const std::string& content) {
    std::filesystem::create_directories(cursors_.file().parent_path());
    std::ofstream(cursors_.file(), std::ios::app) << content;
  }

  temporary_folder folder_;
  cursor_file cursors_{folder_.path() / "data"};
};

TEST_F(CursorFileTest, KeepsOnePlaceForEachRelayAndIdentity) {
  EXPECT_EQ(cursors_.find(owner(1, 1)), std::nullopt);
  cursors_.advance(owner(1, 1), place(5, 10));
  cursors_.advance(owner(1, 2), place(6, 20));
  cursors_.advance(owner(2, 1), place(7, 30));
  EXPECT_EQ(cursors_.find(owner(1, 1)), place(5, 10));
  EXPECT_EQ(cursors_.find(owner(1, 2)), place(6, 20));
  EXPECT_EQ(cursors_.find(owner(2, 1)), place(7, 30));
  EXPECT_EQ(cursors_.find(owner(2, 2)), std::nullopt);
}

TEST_F(CursorFileTest, IsTheOwnersOnly) {
  cursors_.advance(owner(1, 1), place(5, 10));
  EXPECT_EQ(std::filesystem::status(cursors_.file()).permissions(), std::filesystem::perms{0600});
}

TEST_F(CursorFileTest, NeverGoesBackWithinALogUnlessTheRelayHasForgotten) {
  cursors_.advance(owner(1, 1), place(5, 10));
  cursors_.advance(owner(1, 1), place(5, 9));
  EXPECT_EQ(cursors_.find(owner(1, 1)), place(5, 10));
  cursors_.restart(owner(1, 1), place(5, 2));
  EXPECT_EQ(cursors_.find(owner(1, 1)), place(5, 2));
}

TEST_F(CursorFileTest, AnotherLogTakesThePlace) {
  cursors_.advance(owner(1, 1), place(5, 10));
  cursors_.advance(owner(1, 1), place(6, 1));
  EXPECT_EQ(cursors_.find(owner(1, 1)), place(6, 1));
}

TEST_F(CursorFileTest, DamageIsToldWithItsLineAndGoneAfterTheNextStore) {
  cursors_.advance(owner(1, 1), place(5, 10));
  spoil("neither key nor place\n");
  EXPECT_EQ(cursors_.find(owner(1, 1)), place(5, 10)) << "a whole line counts";
  try {
    static_cast<void>(cursors_.find(owner(2, 1)));
    FAIL() << "no failure";
  } catch (const failure& problem) {
    EXPECT_THAT(problem.what(), testing::HasSubstr("cursors: line 3 is damaged"));
  }
  cursors_.advance(owner(2, 1), place(6, 1));
  EXPECT_EQ(cursors_.find(owner(3, 1)), std::nullopt);
  EXPECT_EQ(cursors_.find(owner(1, 1)), place(5, 10));
}

TEST_F(CursorFileTest, AnythingElseInTheFileIsDamage) {
  for (const std::string& content : {std::string(2'000'000, 'x'), std::string("\0\xff\n", 3), std::string("AAAA")}) {
    spoil(content);
    EXPECT_THROW(static_cast<void>(cursors_.find(owner(1, 1))), failure);
    cursors_.advance(owner(1, 1), place(5, 10));
    EXPECT_EQ(cursors_.find(owner(1, 1)), place(5, 10));
    std::filesystem::remove(cursors_.file());
  }
}

TEST_F(CursorFileTest, APlaceThatNoLogCanHaveIsDamage) {
  cursors_.advance(owner(1, 1), place(5, proto::varint_max));
  EXPECT_EQ(cursors_.find(owner(1, 1)), place(5, proto::varint_max));
  cursors_.advance(owner(1, 1), place(5, proto::varint_max + 1));
  EXPECT_THROW(static_cast<void>(cursors_.find(owner(1, 1))), failure);
}

TEST_F(CursorFileTest, ManyProcessesLoseNothing) {
  constexpr std::uint8_t processes = 8;
  for (std::uint8_t i = 1; i <= processes; ++i) {
    if (::fork() != 0) continue;
    for (std::uint64_t position = 1; position <= 20; ++position) cursors_.advance(owner(1, i), place(5, position));
    ::_exit(0);
  }
  for (int status = 1; ::wait(&status) > 0;) EXPECT_EQ(status, 0);
  for (std::uint8_t i = 1; i <= processes; ++i) EXPECT_EQ(cursors_.find(owner(1, i)), place(5, 20));
}

}  // namespace
}  // namespace tern::cli
