#include "relay/server/invite_gate.hpp"

#include "relay/server/private_file.hpp"
#include "tests/relay/server/child.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tern::relay {
namespace {

proto::identity_key person(std::uint8_t number) {
  proto::identity_key key;
  key.octets.fill(number);
  return key;
}

struct InviteGate : ::testing::Test {
  InviteGate() {
    add(1, 2);
    add(2, std::nullopt);
  }
  void add(std::uint8_t number, std::optional<std::uint32_t> uses) {
    list.add({{{number}}, proto::secret<32>{proto::byte_array<32>{}}, {}, {}, "x", uses});
  }
  // A relay that is started anew.
  invite_gate start() {
    invite_gate gate{file,
                     {[this](const errand& wanted) {
                        if (takes_errands) wanted.act();
                        return takes_errands;
                      },
                      [this](const std::string& what) { complaints += what; }}};
    gate.start();
    if (is_list_read) gate.forget_all_but(list);
    return gate;
  }
  bool lets_in(invite_gate& gate, std::uint8_t by, std::uint8_t who) { return gate.lets_in(list, {{by}}, person(who)); }

  testing::scratch_folder folder;
  std::filesystem::path file = folder.path() / "invites.used";
  invite_list list;
  bool is_list_read = true;
  bool takes_errands = true;
  std::string complaints;
};

TEST_F(InviteGate, LetsInSoManyPeopleAndThemAgain) {
  auto gate = start();
  EXPECT_TRUE(lets_in(gate, 1, 1));
  EXPECT_TRUE(lets_in(gate, 1, 1));
  EXPECT_TRUE(lets_in(gate, 1, 2));
  EXPECT_FALSE(lets_in(gate, 1, 3));
  EXPECT_TRUE(lets_in(gate, 1, 2));
  for (std::uint8_t who = 1; who < 100; ++who) EXPECT_TRUE(lets_in(gate, 2, who)) << "nobody counts";
}

TEST_F(InviteGate, RemembersThemOverARestart) {
  auto before = start();
  EXPECT_TRUE(lets_in(before, 1, 1));
  auto after = start();
  EXPECT_TRUE(lets_in(after, 1, 2));
  EXPECT_FALSE(lets_in(after, 1, 3));
  auto last = start();
  EXPECT_TRUE(lets_in(last, 1, 1));
  EXPECT_FALSE(lets_in(last, 1, 3));
  EXPECT_EQ(complaints, "");
}

TEST_F(InviteGate, ForgetsInvitesThatAreGoneAndLinesThatWereCutOff) {
  auto before = start();
  EXPECT_TRUE(lets_in(before, 1, 1));
  ASSERT_TRUE(append_lines_to_private_file(file, invite_uses::line_of({{9}}, person(1)) + "AAAA half"));
  auto after = start();
  const auto text = read_private_file(file);
  ASSERT_TRUE(text && *text);
  EXPECT_EQ(**text, invite_uses::line_of({{1}}, person(1)));
}

TEST_F(InviteGate, ForgetsNothingWhileTheListCannotBeRead) {
  auto before = start();
  EXPECT_TRUE(lets_in(before, 1, 1));
  EXPECT_TRUE(lets_in(before, 1, 2));
  invite_list mended = std::exchange(list, {});
  is_list_read = false;
  start();
  list = std::move(mended);
  is_list_read = true;
  auto after = start();
  EXPECT_TRUE(lets_in(after, 1, 1));
  EXPECT_FALSE(lets_in(after, 1, 3));
}

TEST_F(InviteGate, LetsNobodyInByCountWhereTheUsesCannotBeRead) {
  auto before = start();
  EXPECT_TRUE(lets_in(before, 1, 1));
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  auto after = start();
  EXPECT_THAT(complaints, ::testing::HasSubstr("chmod 600"));
  EXPECT_FALSE(lets_in(after, 1, 2));
  EXPECT_TRUE(lets_in(after, 2, 1)) << "nobody counts";
  std::filesystem::permissions(file, std::filesystem::perms{0600});
  auto last = start();
  EXPECT_TRUE(lets_in(last, 1, 1));
  EXPECT_TRUE(lets_in(last, 1, 2));
  EXPECT_FALSE(lets_in(last, 1, 3));
}

TEST_F(InviteGate, GivesItsFileToTheOwnerOfTheFolder) {
  constexpr ::uid_t service = 65534;
  if (::chown(folder.path().c_str(), service, service) != 0) GTEST_SKIP() << "takes root";
  auto gate = start();
  EXPECT_TRUE(lets_in(gate, 1, 1));
  struct ::stat found {};
  ASSERT_EQ(::stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_uid, service);
}

TEST_F(InviteGate, SaysWhatItCannotWrite) {
  auto gate = start();
  std::filesystem::create_directory(file);
  EXPECT_TRUE(lets_in(gate, 1, 1)) << "and goes on";
  EXPECT_NE(complaints, "");
}

TEST_F(InviteGate, WritesLaterWhatItCouldNotWrite) {
  auto before = start();
  std::filesystem::create_directory(file);
  EXPECT_TRUE(lets_in(before, 1, 1));
  std::filesystem::remove(file);
  EXPECT_TRUE(lets_in(before, 2, 1)) << "who comes next";
  auto after = start();
  EXPECT_TRUE(lets_in(after, 1, 2));
  EXPECT_FALSE(lets_in(after, 1, 3));
}

TEST_F(InviteGate, KeepsTheUsesWhileTheStoreTakesNothing) {
  {
    auto before = start();
    takes_errands = false;
    EXPECT_TRUE(lets_in(before, 1, 1));
    EXPECT_THAT(complaints, ::testing::HasSubstr("written later"));
    EXPECT_FALSE(std::filesystem::exists(file));
  }
  auto after = start();
  EXPECT_TRUE(lets_in(after, 1, 2));
  EXPECT_FALSE(lets_in(after, 1, 3));
}

TEST_F(InviteGate, GluesNobodyToALineThatWasCutOff) {
  auto before = start();
  EXPECT_TRUE(lets_in(before, 1, 1));
  std::ofstream{file, std::ios::app} << "AAAA half";
  EXPECT_TRUE(lets_in(before, 1, 2));
  auto after = start();
  EXPECT_FALSE(lets_in(after, 1, 3));
}

}  // namespace
}  // namespace tern::relay
