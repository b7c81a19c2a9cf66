#include "relay/text/rendering.hpp"

#include "relay/text/command.hpp"
#include "relay/text/limits.hpp"

#include <gmock/gmock.h>

namespace tern::relay {
namespace {

namespace chat = proto::chat;
using ::testing::EndsWith;
using ::testing::HasSubstr;

chat::entry entry_of(std::string_view text) {
  chat::entry said;
  said.sender_name = "anna";
  const auto body = proto::as_bytes(text);
  said.body.assign(body.begin(), body.end());
  return said;
}

TEST(Rendering, SaysWhoSpeaks) { EXPECT_EQ(entry_lines(entry_of("hello")), "[anna] hello\r\n"); }

TEST(Rendering, GivesFurtherLinesAGutter) {
  EXPECT_EQ(entry_lines(entry_of("one\n[bob] two\r\nthree")), "[anna] one\r\n    | [bob] two\r\n    | three\r\n");
}

TEST(Rendering, LetsNoControlCharacterThrough) {
  EXPECT_EQ(entry_lines(entry_of("a\x1b[2J\rb")), "[anna] a\\x1b[2J\\x0db\r\n");
  EXPECT_EQ(notice_line("bo\nb\x07"), "* bo\\nb\\x07\r\n");
}

TEST(Rendering, CutsWhatIsTooMuchForATerminalAndSaysSo) {
  const std::string lines = entry_lines(entry_of(std::string(text_shown_bytes_max + 5, 'x')));
  EXPECT_LT(lines.size(), text_shown_bytes_max + 100);
  EXPECT_THAT(lines, EndsWith("x [5 bytes more]\r\n"));
}

TEST(Rendering, ShowsBytesByTheirSize) {
  chat::entry said = entry_of("\x01\x02");
  said.kind = chat::body_kind::bytes;
  EXPECT_THAT(entry_lines(said), HasSubstr("[bytes, "));
}

TEST(Rendering, BreaksLongLists) {
  const std::vector<std::string> names(20, "guest-somebody");
  const std::string lines = list_lines("20 in lobby:", names);
  EXPECT_THAT(lines, HasSubstr("\r\n*   guest-somebody"));
}

TEST(TextCommand, IsWhatBeginsWithASlash) {
  EXPECT_EQ(parse_text_command("hello /who").what, text_verb::say);
  EXPECT_EQ(parse_text_command("//who").text, "/who");
  EXPECT_EQ(parse_text_command(" \t").what, text_verb::nothing);
  EXPECT_EQ(parse_text_command("bye ").what, text_verb::quit);
  EXPECT_EQ(parse_text_command("bye now").what, text_verb::say);
  EXPECT_EQ(parse_text_command("/wh").what, text_verb::unknown);
  const auto message = parse_text_command("/msg  anna  good  day ");
  EXPECT_EQ(message.what, text_verb::message);
  EXPECT_EQ(message.argument, "anna");
  EXPECT_EQ(message.text, "good  day");
}

}  // namespace
}  // namespace tern::relay
