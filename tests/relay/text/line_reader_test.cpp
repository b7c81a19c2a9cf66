#include "relay/text/line_reader.hpp"

#include <algorithm>
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

// Counts the octets that a string looks at, copies or moves.
struct counting_traits : std::char_traits<char> {
  static inline std::size_t octets = 0;

  static char* move(char* into, const char* from, std::size_t size) {
    octets += size;
    return std::char_traits<char>::move(into, from, size);
  }
  static char* copy(char* into, const char* from, std::size_t size) {
    octets += size;
    return std::char_traits<char>::copy(into, from, size);
  }
  static const char* find(const char* in, std::size_t size, const char& wanted) {
    const char* found = std::char_traits<char>::find(in, size, wanted);
    octets += found == nullptr ? size : static_cast<std::size_t>(found - in) + 1;
    return found;
  }
};

// What it costs to read `text` in pieces of that size.
std::size_t work_of(std::string_view text, std::size_t piece_size) {
  counting_traits::octets = 0;
  basic_line_reader<counting_traits> lines{4'096};
  for (; !text.empty(); text.remove_prefix(std::min(piece_size, text.size()))) {
    lines.push(text.substr(0, piece_size));
    while (lines.next()) {
    }
  }
  return counting_traits::octets;
}

TEST(LineReader, WorksInProportionToTheText) {
  constexpr std::size_t size = 1U << 16U;
  const std::string empty_lines(size, '\n');
  std::string long_lines(size, 'x');
  for (std::size_t end = 4'000; end < size; end += 4'000) long_lines[end] = '\n';
  const std::string one_line(size, 'x');
  for (const std::string& text : {empty_lines, long_lines, one_line}) {
    for (const std::size_t piece : {1U, 7U, 4'096U}) EXPECT_LE(work_of(text, piece), 6 * size) << text[0] << piece;
  }
}

TEST(LineReader, TellsOfALineThatIsTooLongAtTheEnd) {
  line_reader lines{4};
  lines.push("xxxxxxxxxx");
  EXPECT_TRUE(lines.rest()->is_too_long);
  EXPECT_FALSE(lines.rest());
}

}  // namespace
}  // namespace tern::relay
