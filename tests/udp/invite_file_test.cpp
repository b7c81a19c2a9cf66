#include "udp/invite_file.hpp"

#include <gtest/gtest.h>

namespace tern {
namespace {

invite_file made() {
  proto::byte_array<32> secret{};
  secret.fill(7);
  return {{{1, 2, 3}}, "tern://relay.example:7777", "anna", proto::invite{{{9, 8, 7}}, proto::secret<32>{secret}}};
}

TEST(InviteFile, ComesBackAsItWasWritten) {
  const auto back = invite_file::parse(made().to_text());
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->relay_key, made().relay_key);
  EXPECT_EQ(back->relay, made().relay);
  EXPECT_EQ(back->name, "anna");
  EXPECT_EQ(back->invite.id(), made().invite.id());
  EXPECT_EQ(back->invite.shared(), made().invite.shared());
}

TEST(InviteFile, MayHaveCarriageReturnsAndLinesOfALaterDay) {
  std::string text;
  for (const char each : made().to_text() + "colour red\n")
    text += each == '\n' ? std::string{"\r\n"} : std::string(1, each);
  EXPECT_TRUE(invite_file::parse(text));
}

TEST(InviteFile, WithoutAddressIsAnInvite) {
  invite_file without = made();
  without.relay.clear();
  const auto back = invite_file::parse(without.to_text());
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->relay.empty());
}

TEST(InviteFile, ThatIsNoneOrNotWholeIsRefused) {
  EXPECT_FALSE(invite_file::parse(""));
  EXPECT_FALSE(invite_file::parse("tern://relay.example#KEY\n"));
  const std::string text = made().to_text();
  for (const char* word : {"tern-invite", "relay-key", "id ", "secret"}) {
    std::string changed = text;
    changed.replace(changed.find(word), 1, "x");
    EXPECT_FALSE(invite_file::parse(changed)) << word;
  }
  EXPECT_FALSE(invite_file::parse(text.substr(0, text.size() - 3))) << "cut short";
}

}  // namespace
}  // namespace tern
