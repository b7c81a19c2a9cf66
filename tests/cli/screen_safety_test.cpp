#include "cli/screen_safety/screen_safety.hpp"

#include <gtest/gtest.h>

namespace tern::cli {
namespace {

using namespace std::string_literals;

TEST(ScreenSafety, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(screen_line("hello, wörld — 日本語 🐦 \\x"), "hello, wörld — 日本語 🐦 \\x");
  EXPECT_EQ(screen_text("a\tb", "| "), "a\tb");
}

TEST(ScreenSafety, EscapesControlSequences) {
  EXPECT_EQ(screen_line("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(screen_line("\a\b\r\x7f\0z"s), "\\x07\\x08\\x0d\\x7f\\x00z");
  EXPECT_EQ(screen_line("\xc2\x9b"
                        "31m"),
            "\\u{9b}31m");  // C1 CSI
}

TEST(ScreenSafety, EscapesWhatReordersOrHides) {
  EXPECT_EQ(screen_line("\u202e"), "\\u{202e}");
  EXPECT_EQ(screen_line("a\u200bb"), "a\\u{200b}b");
  EXPECT_EQ(screen_line("\u2066x\u2069"), "\\u{2066}x\\u{2069}");
  EXPECT_EQ(screen_line("\U000e0041"), "\\u{e0041}");
  EXPECT_EQ(screen_line("\ue000"), "\\u{e000}");
  EXPECT_EQ(screen_line("\u2028"), "\\u{2028}");
  EXPECT_EQ(screen_line("\u3164"), "\\u{3164}");
  EXPECT_EQ(screen_line("\ufeff"), "\\u{feff}");
  EXPECT_EQ(screen_line("\u00ad"), "\\u{ad}");
}

TEST(ScreenSafety, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(screen_line("a\xff\xfe"), "a\\xff\\xfe");
  EXPECT_EQ(screen_line("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(screen_line("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(screen_line("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  EXPECT_EQ(screen_line("\xe2\x82"), "\\xe2\\x82");
}

TEST(ScreenSafety, AContinuedLineIsIndentedSoThatItCannotPassForAnother) {
  EXPECT_EQ(screen_text("one\n[bob] two\r\nthree", "  | "), "one\n  | [bob] two\n  | three");
  EXPECT_EQ(screen_line("one\ntwo"), "one\\ntwo");
}

TEST(ScreenSafety, ShowsAtMostFourCombiningMarksABase) {
  const std::string marks = "\u0301\u0302\u0303\u0304";
  EXPECT_EQ(screen_line("e" + marks), "e" + marks);
  EXPECT_EQ(screen_line("e" + marks + "\u0305\u0306"), "e" + marks + "\\u{305}\\u{306}");
  EXPECT_EQ(screen_line("e" + marks + "a\u0301"), "e" + marks + "a\u0301");
}

TEST(ScreenSafety, AMarkWithoutBaseIsEscaped) {
  EXPECT_EQ(screen_line("\u0301x"), "\\u{301}x");
  EXPECT_EQ(screen_text("a\n\u0301", "> "), "a\n> \\u{301}");
}

TEST(ScreenSafety, IsolatesRightToLeftText) {
  EXPECT_EQ(screen_line("a שלום b"), "a \u2068שלום b\u2069");
  EXPECT_EQ(screen_text("ש\nb", "> "), "\u2068ש\u2069\n> b");
}

TEST(ScreenSafety, AStreamMaySplitCharactersAnywhere) {
  const std::string text = "a\x1b日\r\nשל🐦\xe2\x82";
  std::string whole;
  screen_stream stream;
  for (const char c : text) whole += stream.feed({&c, 1});
  whole += stream.finish();
  EXPECT_EQ(whole, "a\\x1b日\n\u2068של🐦\\xe2\\x82\u2069");
}

TEST(ScreenSafety, NamesTheSizeOfBytes) { EXPECT_EQ(screen_bytes(12288), "[bytes, 12 KiB]"); }

}  // namespace
}  // namespace tern::cli
