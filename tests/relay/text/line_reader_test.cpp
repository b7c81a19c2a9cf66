#include "relay/text/line_reader.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

TEST(LineReader, PutsPiecesTogether) {
  line_reader lines{10};
  lines.push("he");
  EXPECT_FALSE(lines.next());
  lines.push("llo\nyou");
  EXPECT_EQ(lines.next()->text, "hello");
  EXPECT_FALSE(lines.next());
  EXPECT_EQ(lines.rest()->text, "you");
  EXPECT_FALSE(lines.rest());
}

TEST(LineReader, TakesALineOfTheLargestSize) {
  line_reader lines{4};
  lines.push("1234\n12345\n123\n");
  EXPECT_EQ(lines.next()->text, "1234");
  EXPECT_TRUE(lines.next()->is_too_long);
  EXPECT_EQ(lines.next()->text, "123");
}

TEST(LineReader, KeepsNothingOfALineThatIsTooLongAndTellsItOnce) {
  line_reader lines{4};
  for (int i = 0; i < 1000; ++i) {
    lines.push("xxxxxxxxxx");
    EXPECT_LE(lines.held_bytes(), 10U);
    EXPECT_FALSE(lines.next());
  }
  lines.push("\nok\n");
  EXPECT_TRUE(lines.next()->is_too_long);
  EXPECT_EQ(lines.next()->text, "ok");
}

TEST(LineReader, TellsOfALineThatIsTooLongAtTheEnd) {
  line_reader lines{4};
  lines.push("xxxxxxxxxx");
  EXPECT_TRUE(lines.rest()->is_too_long);
  EXPECT_FALSE(lines.rest());
}

}  // namespace
}  // namespace tern::relay
