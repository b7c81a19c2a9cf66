#include "proto/chat/names.hpp"

#include <gtest/gtest.h>

namespace tern::proto::chat {
namespace {

TEST(Names, FoldCaseAndKeepTheAllowedLetters) {
  EXPECT_EQ(fold_name("Anna_B-9"), "anna_b-9");
  EXPECT_EQ(fold_name(std::string(32, 'a')), std::string(32, 'a'));
}

TEST(Names, RefuseWhatIsEmptyLongOrForeign) {
  EXPECT_FALSE(fold_name(""));
  EXPECT_FALSE(fold_name(std::string(33, 'a')));
  EXPECT_FALSE(fold_name("a b"));
  EXPECT_FALSE(fold_name("\xc3\xa4"));
  EXPECT_FALSE(fold_name(std::string_view{"a\0b", 3}));
}

TEST(Names, KeepSomeForTheRelayItself) {
  EXPECT_TRUE(is_reserved_name("guest-1234"));
  EXPECT_TRUE(is_reserved_name("admin"));
  EXPECT_TRUE(is_reserved_name("relay"));
  EXPECT_TRUE(is_reserved_name("system"));
  EXPECT_FALSE(is_reserved_name("anna"));
}

}  // namespace
}  // namespace tern::proto::chat
