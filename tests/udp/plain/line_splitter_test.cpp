#include "udp/plain/line_splitter.hpp"

#include "udp/plain/line_ending.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace tern::udp {
namespace {

std::vector<std::string> lines_of(std::string_view text, std::size_t piece, std::size_t line_bytes_max = 1024) {
  line_splitter splitter{line_bytes_max};
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < text.size(); i += piece) {
    splitter.push(proto::as_bytes(text.substr(i, piece)));
    while (auto line = splitter.next()) lines.push_back(*line);
  }
  while (auto line = splitter.rest()) lines.push_back(*line);
  return lines;
}

using strings = std::vector<std::string>;

TEST(LineSplitter, ThePiecesDoNotMatter) {
  for (std::size_t piece = 1; piece < 20; ++piece) {
    EXPECT_EQ(lines_of("one\ntwo\r\n\n\r\nlast", piece), (strings{"one", "two", "", "", "last"})) << piece;
  }
}

TEST(LineSplitter, OnlyACarriageReturnBeforeTheLineFeedIsTakenOff) {
  EXPECT_EQ(lines_of("a\rb\r\r\n\r", 100), (strings{"a\rb\r", "\r"}));
}

TEST(LineSplitter, NothingIsNoLine) {
  EXPECT_EQ(lines_of("", 1), strings{});
  EXPECT_EQ(lines_of("x\n", 1), strings{"x"});
}

TEST(LineSplitter, LongLinesComeInPiecesOfTheMaximum) {
  for (const std::size_t piece : {1U, 3U, 100U}) {
    EXPECT_EQ(lines_of("abcdefgh\nxy", piece, 3), (strings{"abc", "def", "gh", "xy"})) << piece;
    EXPECT_EQ(lines_of("abc\n", piece, 3), strings{"abc"}) << piece;
  }
}

TEST(LineEnding, LineFeedsGetOneCarriageReturnEach) {
  EXPECT_EQ(with_crlf("a\nb\r\n\n"), "a\r\nb\r\n\r\n");
  EXPECT_EQ(with_crlf(""), "");
}

}  // namespace
}  // namespace tern::udp
