#include "cli/chat/chat_line.hpp"

#include <gmock/gmock.h>

namespace tern::cli {
namespace {

using testing::HasSubstr;

template <class Line>
Line parsed(std::string_view text) {
  const auto line = parse_chat_line(text);
  EXPECT_TRUE(std::holds_alternative<Line>(line)) << text << " became alternative " << line.index();
  return std::holds_alternative<Line>(line) ? std::get<Line>(line) : Line{};
}

TEST(ChatLine, OrdinaryTextIsSaidAsItIs) {
  EXPECT_EQ(parsed<say_line>("hello  there ").text, "hello  there ");
  EXPECT_EQ(parsed<say_line>("hello\r").text, "hello");
  EXPECT_EQ(parsed<say_line>("a /join b").text, "a /join b");
  parsed<empty_line>("");
  parsed<empty_line>(" \t\r");
}

TEST(ChatLine, TwoSlashesEscapeOne) {
  EXPECT_EQ(parsed<say_line>("//join x").text, "/join x");
  EXPECT_EQ(parsed<say_line>("///").text, "//");
}

TEST(ChatLine, CommandsAreUnderstood) {
  EXPECT_EQ(parsed<join_line>("/join  Room-1 ").room, "room-1");
  EXPECT_EQ(parsed<leave_line>("/leave").room, "");
  EXPECT_EQ(parsed<leave_line>("/leave lobby").room, "lobby");
  EXPECT_EQ(parsed<whisper_line>("/msg Ann  hi  there").person, "ann");
  EXPECT_EQ(parsed<whisper_line>("/msg @ann hi  there").text, "hi  there");
  EXPECT_EQ(parsed<nick_line>("/nick Bo").name, "bo");
  EXPECT_EQ(parsed<history_line>("/history").limit, 20U);
  EXPECT_EQ(parsed<history_line>("/history 5").limit, 5U);
  for (const std::string_view how : {"udp", "tcp", "auto"})
    EXPECT_EQ(parsed<transport_line>("/transport " + std::string(how)).wanted, how);
  parsed<who_line>("/who");
  parsed<rooms_line>("/rooms");
  parsed<stats_line>("/stats");
  parsed<help_line>("/help");
  parsed<quit_line>("/quit\r");
}

TEST(ChatLine, ChangesOfARoomAreUnderstood) {
  using proto::chat::change_kind;
  const auto wish = [](std::string_view text) { return parsed<change_line>(text).wish; };
  EXPECT_EQ(wish("/topic birds and terns").text, "birds and terns");
  EXPECT_EQ(wish("/topic").text, "");
  EXPECT_EQ(wish("/room invite-only").value, 1U);
  EXPECT_EQ(wish("/room live").what, proto::chat::change_kind::live);
  EXPECT_EQ(wish("/room live").value, 1U);
  EXPECT_EQ(wish("/role Bo moderator").value, 2U);
  EXPECT_EQ(wish("/role Bo moderator").who, "bo");
  EXPECT_EQ(wish("/invite bo").value, 1U);
  EXPECT_EQ(wish("/kick @bo too loud").text, "too loud");
  EXPECT_EQ(wish("/ban bo").value, 0U);
  EXPECT_EQ(wish("/ban bo 10m too loud").value, 600U);
  EXPECT_EQ(wish("/ban bo 10m too loud").text, "too loud");
  EXPECT_EQ(wish("/mute bo 1ms").value, 1U) << "not for good";
  EXPECT_EQ(wish("/mute bo 10 times too loud").text, "10 times too loud");
  EXPECT_EQ(wish("/unban bo").what, change_kind::unban);
  EXPECT_EQ(wish("/unmute bo").what, change_kind::unmute);
  EXPECT_EQ(wish("/kick guest-BwcHBwcH").who, "guest-BwcHBwcH") << "a guest is known by the key";
}

TEST(ChatLine, ChangesThatCannotBeAreErrors) {
  for (const auto* text : {"/room secret", "/room", "/role bo", "/role bo king", "/kick", "/ban b\xc3\xb6"})
    parsed<wrong_line>(text);
  parsed<wrong_line>("/topic " + std::string(513, 'x'));
  parsed<wrong_line>("/kick bo " + std::string(513, 'x'));
}

TEST(ChatLine, WhatIsNoCommandIsAnErrorAndNotSent) {
  EXPECT_THAT(parsed<wrong_line>("/jion x").complaint, HasSubstr("perhaps /join"));
  EXPECT_THAT(parsed<wrong_line>("/etc/passwd").complaint, HasSubstr("nothing was sent"));
  EXPECT_THAT(parsed<wrong_line>("/").complaint, HasSubstr("nothing was sent"));
  EXPECT_THAT(parsed<wrong_line>("/\x1b[2J").complaint, HasSubstr("\\x1b[2J"));
}

TEST(ChatLine, WrongArgumentsAreErrors) {
  parsed<wrong_line>("/join");
  parsed<wrong_line>("/join no such!");
  parsed<wrong_line>("/msg");
  parsed<wrong_line>("/msg ann");
  parsed<wrong_line>("/nick");
  parsed<wrong_line>("/nick \xff");
  parsed<wrong_line>("/history 0");
  parsed<wrong_line>("/history 201");
  parsed<wrong_line>("/history x");
  parsed<wrong_line>("/quit now");
  parsed<wrong_line>("/transport sctp");
}

}  // namespace
}  // namespace tern::cli
