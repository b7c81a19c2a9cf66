#include "proto/chat/utf8.hpp"

#include <gtest/gtest.h>
#include <string_view>

namespace tern::proto::chat {
namespace {

bool valid(std::string_view text) { return is_valid_utf8(as_bytes(text)); }

TEST(Utf8, AcceptsEveryLengthOfSequence) {
  EXPECT_TRUE(valid(""));
  EXPECT_TRUE(valid("plain"));
  EXPECT_TRUE(valid("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa6"));
  EXPECT_TRUE(valid("\xf4\x8f\xbf\xbf"));  // U+10FFFF
  EXPECT_TRUE(valid("\xed\x9f\xbf"));      // U+D7FF
}

TEST(Utf8, RefusesOverlongSurrogateAndTooLarge) {
  EXPECT_FALSE(valid("\xc0\xaf"));
  EXPECT_FALSE(valid("\xe0\x80\xaf"));
  EXPECT_FALSE(valid("\xf0\x80\x80\xaf"));
  EXPECT_FALSE(valid("\xed\xa0\x80"));      // U+D800
  EXPECT_FALSE(valid("\xf4\x90\x80\x80"));  // U+110000
  EXPECT_FALSE(valid("\xff"));
}

TEST(Utf8, RefusesTruncatedAndStray) {
  EXPECT_FALSE(valid("\xc3"));
  EXPECT_FALSE(valid("\xe2\x82"));
  EXPECT_FALSE(valid("a\x80"));
  EXPECT_FALSE(valid("\xc3(")) << "a continuation octet must follow";
}

}  // namespace
}  // namespace tern::proto::chat
