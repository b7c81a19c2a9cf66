#include "proto/utf8.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

TEST(Utf8, TakesTheBoundsOfEveryLength) {
  for (const std::string_view text : {"", "\x01", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                      "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_valid_utf8(text));
  }
  EXPECT_TRUE(is_valid_utf8(std::string_view{"\0", 1}));
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
  for (const std::string_view text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe2\x82", "\xf0\x9f\x98", "\xc2x", "a\xe2\x28\xa1"}) {
    EXPECT_FALSE(is_valid_utf8(text));
  }
}

TEST(Utf8, APrefixNeverCutsACharacter) {
  const std::string_view text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";  // 1, 2, 3 and 4 octets
  for (std::size_t limit = 0; limit <= text.size() + 1; ++limit) {
    const std::string_view prefix = utf8_prefix(text, limit);
    EXPECT_LE(prefix.size(), limit);
    EXPECT_TRUE(is_valid_utf8(prefix));
  }
  EXPECT_EQ(utf8_prefix(text, 5), "a\xc3\xa9");
  EXPECT_EQ(utf8_prefix(text, 6), "a\xc3\xa9\xe2\x82\xac");
}

}  // namespace
}  // namespace tern::proto
