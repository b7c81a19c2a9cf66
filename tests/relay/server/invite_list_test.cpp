#include "relay/server/invite_list.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tern::relay {
namespace {

const proto::wall_time noon{24h * 365 * 50 + 12h};

listed_invite made(std::uint8_t number, std::string name, std::optional<proto::wall_time> expires_at = {}) {
  proto::byte_array<32> secret{};
  secret.fill(number);
  return {{{number}}, proto::secret<32>{secret}, noon, expires_at, std::move(name)};
}

TEST(InviteList, ComesBackAsItWasWritten) {
  invite_list list;
  list.add(made(1, "anna"));
  list.add(made(2, "ben", noon + 1h));
  const auto back = invite_list::parse(list.to_text());
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->to_text(), list.to_text());
  EXPECT_EQ(back->all().size(), 2U);
}

TEST(InviteList, KnowsForHowManyPeopleAnInviteIs) {
  invite_list list;
  auto some = made(1, "course");
  some.uses_max = 20;
  list.add(std::move(some));
  list.add(made(2, "anna"));
  const auto back = invite_list::parse(list.to_text());
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->find({{1}})->uses_max, 20U);
  EXPECT_EQ(back->find({{2}})->uses_max, std::nullopt);
  EXPECT_EQ(back->find({{3}}), nullptr);
}

TEST(InviteList, ReadsWhatWasWrittenBeforeThereWereUses) {
  std::string line = line_of(made(1, "anna"));
  line.erase(line.rfind("- "), 2);
  const auto back = parse_invite_line(line);
  ASSERT_TRUE(back) << line;
  EXPECT_EQ(back->name, "anna");
  EXPECT_EQ(back->uses_max, std::nullopt);
}

TEST(InviteList, TakesNoNumberOfUsesThatIsNone) {
  const std::string line = line_of(made(1, "anna"));
  for (const std::string uses : {"0", "-1", "10001", "x", ""}) {
    std::string wrong = line;
    wrong.replace(wrong.rfind("- "), 1, uses);
    EXPECT_FALSE(parse_invite_line(wrong)) << wrong;
  }
}

TEST(InviteList, AnInviteIsGoodUntilItExpires) {
  invite_list list;
  list.add(made(1, "anna"));
  list.add(made(2, "ben", noon + 1h));
  EXPECT_EQ(list.good_at(noon + 59min).size(), 2U);
  ASSERT_EQ(list.good_at(noon + 1h).size(), 1U);
  EXPECT_EQ(list.good_at(noon + 1h)[0].id(), proto::invite_id{{1}});
}

TEST(InviteList, IsRevokedByIdOrByANameThatOneAloneHas) {
  invite_list list;
  list.add(made(1, "anna"));
  list.add(made(2, "ben"));
  list.add(made(3, "ben"));
  EXPECT_FALSE(list.revoke("ben"));
  EXPECT_FALSE(list.revoke("carl"));
  EXPECT_EQ(list.revoke("anna")->id, proto::invite_id{{1}});
  EXPECT_EQ(list.revoke(to_string(proto::invite_id{{3}}))->name, "ben");
  EXPECT_TRUE(list.revoke("ben"));
  EXPECT_TRUE(list.all().empty());
}

TEST(InviteList, ThatIsDamagedIsNoneAtAll) {
  invite_list list;
  list.add(made(1, "anna"));
  std::string text = list.to_text();
  EXPECT_TRUE(invite_list::parse(text + "# a comment\n\n"));
  EXPECT_FALSE(invite_list::parse(text + "half a line"));
  text.replace(text.rfind(" anna"), 5, "9");
  EXPECT_FALSE(invite_list::parse(text)) << "neither a time nor never";
}

TEST(InviteList, IsBounded) {
  invite_list list;
  for (std::size_t i = 0; i < invite_list::invites_max; ++i) ASSERT_TRUE(list.add(made(1, "x")));
  EXPECT_FALSE(list.add(made(1, "x")));
}

}  // namespace
}  // namespace tern::relay
