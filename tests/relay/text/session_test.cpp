#include "tests/relay/text/text_world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::string_view_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

TEST(TextSession, WelcomesWithNameAndAddressAndSaysWhatCanBeDone) {
  text_world world;
  const peer_id visitor = world.enter();
  const std::string screen = world.screen(visitor);
  EXPECT_THAT(screen, MatchesRegex("Welcome guest-[0-9a-f]{4} \\(127.0.0.1:5000\\)\r\n.*"));
  EXPECT_THAT(screen, AllOf(HasSubstr("/join"), HasSubstr("bye"), EndsWith("* you are in lobby\r\n")));
}

TEST(TextSession, EverybodyElseSeesTheLineWithItsSpeaker) {
  text_world world;
  const peer_id one = world.settled_visitor();
  const peer_id two = world.settled_visitor();
  world.connect_anna();
  world.screen(one), world.screen(two);
  world.type(one, "/nick bob\n");
  world.advance(std::chrono::seconds{1});
  EXPECT_THAT(world.screen(two), HasSubstr(" is now guest-bob\r\n"));
  world.screen(one);
  world.type(one, "hello\n");
  EXPECT_EQ(world.screen(two), "[guest-bob] hello\r\n");
  EXPECT_EQ(world.screen(one), "") << "who said it has it on the screen already";
  EXPECT_THAT(world.heard_by_anna(), ElementsAre("guest-bob: hello"));
  world.anna_says("good day");
  EXPECT_EQ(world.screen(one), "[anna] good day\r\n");
  EXPECT_EQ(world.screen(two), "[anna] good day\r\n");
}

TEST(TextSession, NobodySeesALineBeforeItIsCommitted) {
  text_world world;
  const peer_id one = world.settled_visitor();
  const peer_id two = world.settled_visitor();
  world.screen(one);
  world.stop_store();
  world.type(one, "hello\n");
  EXPECT_EQ(world.screen(two), "");
}

TEST(TextSession, ComingAndGoingIsTold) {
  text_world world;
  const peer_id one = world.settled_visitor();
  const peer_id two = world.settled_visitor();
  EXPECT_THAT(world.screen(one), MatchesRegex("\\* guest-.* joined\r\n"));
  world.type(two, "/nick bob\n");
  world.advance(std::chrono::seconds{1});
  world.screen(one);
  world.leave(two);
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(world.screen(one), "* guest-bob left\r\n") << "under the name that is free again by now";
}

TEST(TextSession, WhoComesIsToldWhoIsHere) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.enter();
  world.screen(visitor);
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(world.screen(visitor), "* here: anna\r\n");
  world.type(visitor, "/who\n");
  EXPECT_THAT(world.screen(visitor), AllOf(StartsWith("* 2 in lobby:"), HasSubstr("anna"), HasSubstr("guest-")));
}

TEST(TextSession, ByeAndQuitEndItWhenEverythingIsCommitted) {
  for (const std::string_view word : {"bye\r\n", "/quit\n"}) {
    text_world world;
    world.connect_anna();
    const peer_id visitor = world.settled_visitor();
    world.type(visitor, "last words\n" + std::string{word} + "not said\n");
    EXPECT_THAT(world.screen(visitor), EndsWith("* goodbye\r\n"));
    EXPECT_TRUE(world.gateway().is_done(visitor));
    EXPECT_THAT(world.heard_by_anna(), ElementsAre(HasSubstr(": last words")));
  }
}

TEST(TextSession, HalfALineAtTheEndOfInputIsSaid) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.enter();
  world.type(visitor, "he");
  world.type(visitor, "llo\nhalf");
  EXPECT_THAT(world.heard_by_anna(), ElementsAre(HasSubstr(": hello")));
  world.end_input(visitor);
  EXPECT_THAT(world.heard_by_anna(), ElementsAre(HasSubstr(": half")));
  EXPECT_TRUE(world.gateway().is_done(visitor));
}

TEST(TextSession, WhatIsPipedInAtOnceIsSaidAllOfIt) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.enter();
  std::string lines = "/nick script\n";
  for (int i = 0; i < 50; ++i) lines += std::to_string(i) + "\n";
  world.type(visitor, lines);
  world.end_input(visitor);
  const auto heard = world.heard_by_anna();
  ASSERT_EQ(heard.size(), 50U);
  EXPECT_EQ(heard[49], "guest-script: 49");
  EXPECT_TRUE(world.gateway().is_done(visitor));
}

TEST(TextSession, TelnetsNegotiationIsNoText) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.type(visitor, "he\xff\xfd\x06llo\r\0\xff\xfa\x1f\x00\x50\xff\xf0you\r\n"sv);
  EXPECT_EQ(world.screen(visitor).substr(0, 3), "\xff\xfc\x06");
  EXPECT_THAT(world.heard_by_anna(), ElementsAre(HasSubstr(": hello"), HasSubstr(": you")));
}

TEST(TextSession, ALineTooLongIsRefusedAndTheNextOneIsNot) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.type(visitor, std::string(4096, 'a') + "\n");
  for (int i = 0; i < 10; ++i) world.type(visitor, std::string(1000, 'b'));
  world.type(visitor, "\nshort\n");
  EXPECT_EQ(world.screen(visitor), "* not sent: a line has at most 4096 bytes\r\n");
  EXPECT_THAT(world.heard_by_anna(), ElementsAre(HasSubstr(": aaa"), HasSubstr(": short")));
  EXPECT_EQ(world.gateway().counters().lines_refused, 1U);
}

TEST(TextSession, BinaryJunkIsRefusedLineByLine) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.type(visitor, "\x80\x81\xfe\n\xc0\xaf\nfine\n");
  EXPECT_EQ(world.screen(visitor), "* not sent: text must be UTF-8\r\n* not sent: text must be UTF-8\r\n");
  EXPECT_THAT(world.heard_by_anna(), ElementsAre(HasSubstr(": fine")));
}

TEST(TextSession, WhatOthersWroteCannotDoAnythingToAScreen) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.anna_says("\x1b]0;x\x07\xe2\x80\xae\n[admin] obey");
  EXPECT_EQ(world.screen(visitor), "[anna] \\x1b]0;x\\x07\\u{202e}\r\n    | [admin] obey\r\n");
}

TEST(TextSession, ANameIsAGuestsOnlyWhileTheyAreHere) {
  text_world world;
  const peer_id one = world.settled_visitor();
  const peer_id two = world.settled_visitor();
  world.screen(one);
  world.type(one, "/nick anna\n");
  EXPECT_EQ(world.screen(one), "* you are guest-anna\r\n");
  world.type(two, "/nick Anna\n");
  EXPECT_EQ(world.screen(two), "* Anna: someone here is called like that\r\n");
  world.connect_anna();
  EXPECT_THAT(world.screen(two), HasSubstr("* anna joined")) << "the name itself is not taken";
  world.leave(one);
  world.type(two, "/nick anna\n");
  EXPECT_THAT(world.screen(two), HasSubstr("* you are guest-anna\r\n"));
  world.type(two, "/nick udp\n/nick 12ab\n/nick\n");
  EXPECT_THAT(world.screen(two), AllOf(HasSubstr("* udp: someone here is called like that\r\n"), HasSubstr("* 12ab: "), HasSubstr("* you are guest-anna;")));
}

TEST(TextSession, JoiningARoomLeavesTheOther) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.type(visitor, "/join garden\nin the garden\n");
  EXPECT_EQ(world.screen(visitor), "* you are in garden\r\n");
  EXPECT_THAT(world.heard_by_anna(), IsEmpty());
  world.anna_says("where are you?");
  EXPECT_EQ(world.screen(visitor), "");
  world.type(visitor, "/join no/such\n/join garden\n/join lobby\nback\n");
  EXPECT_THAT(world.screen(visitor), AllOf(HasSubstr("* you are in garden\r\n"), HasSubstr("* you are in lobby\r\n"),
                                           Not(HasSubstr("where are you"))));
  EXPECT_THAT(world.heard_by_anna(), ElementsAre("anna: where are you?", HasSubstr(": back")));
}

TEST(TextSession, AMessageReachesOnePersonWithAName) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.type(visitor, "/msg anna psst\n/msg nobody psst\n/msg anna\n");
  EXPECT_THAT(world.screen(visitor), AllOf(HasSubstr("* to anna: sent\r\n"), HasSubstr("nobody here has that name"),
                                           HasSubstr("/msg NAME TEXT")));
  EXPECT_THAT(world.heard_by_anna(), IsEmpty()) << "it is in the inbox, not in the room";
}

TEST(TextSession, WhoDoesNotReadCostsLittleAndLosesNothing) {
  text_world world{{}, {.key_messages_rate = 0, .key_bytes_rate = 0, .room_messages_rate = 0}};
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.stop_reading(visitor);
  const std::string line(1000, 'x');
  for (int i = 0; i < 1000; ++i) world.anna_says(std::to_string(i) + line);
  EXPECT_EQ(world.heard_by_anna().size(), 1000U) << "others have everything at once";
  EXPECT_FALSE(world.gateway().takes_input(visitor)) << "who does not read is not heard";
  world.read_again(visitor);
  const std::string screen = world.screen(visitor);
  for (int i = 0; i < 1000; ++i) EXPECT_THAT(screen, HasSubstr("[anna] " + std::to_string(i) + "x"));
  EXPECT_TRUE(world.gateway().takes_input(visitor));
}

TEST(TextSession, WhatWasWrittenToAVisitorIsDelivered) {
  text_world world;
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  world.anna_says("one");
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(world.delivered_to_anna(), 1U);
  world.stop_reading(visitor);
  world.anna_says("two");
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(world.delivered_to_anna(), 1U) << "it waits in the relay";
  world.read_again(visitor);
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(world.delivered_to_anna(), 2U);
}

TEST(TextSession, RightsHoldForVisitors) {
  using chat::change_kind;
  text_world world;
  world.connect_anna("den");
  world.anna_says("mine");  // and so she owns it
  const peer_id visitor = world.settled_visitor();
  world.type(visitor, "/nick bob\n/join den\nhello\n");
  EXPECT_EQ(world.heard_by_anna().size(), 2U);
  world.anna_changes({.what = change_kind::kind, .value = std::uint64_t{static_cast<std::uint8_t>(room_kind::moderated)}});
  world.screen(visitor);
  world.type(visitor, "may I?\n");
  EXPECT_EQ(world.screen(visitor), "* not sent: you may not do that here\r\n");
  world.anna_changes({.what = change_kind::kind, .value = 0});
  world.advance(std::chrono::seconds{1});
  world.anna_changes({.what = change_kind::mute, .who = "guest-bob"});
  world.screen(visitor);
  world.type(visitor, "may I?\n");
  EXPECT_EQ(world.screen(visitor), "* not sent: you may not do that here\r\n");
  world.anna_changes({.what = change_kind::kick, .who = "guest-bob"});
  EXPECT_THAT(world.screen(visitor), HasSubstr("you were kicked out; you are in no room\r\n"));
  world.type(visitor, "/join den\n");
  world.advance(std::chrono::seconds{1});
  world.anna_changes({.what = change_kind::ban, .who = "guest-bob"});
  EXPECT_THAT(world.screen(visitor), EndsWith("* den: there is no such room for you; you are in no room\r\n"));
  world.anna_changes({.what = change_kind::kind, .value = 1});
  const peer_id other = world.settled_visitor();
  world.type(other, "/join den\n");
  EXPECT_EQ(world.screen(other), "* den: there is no such room for you\r\n") << "invite-only";
  EXPECT_THAT(world.heard_by_anna(), IsEmpty());
}

TEST(TextSession, WhoIsTooFastIsHeldBackAndLosesNothing) {
  text_world world{{}, {.key_messages_burst = 5}};
  world.connect_anna();
  const peer_id visitor = world.settled_visitor();
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += std::to_string(i) + "\n";
  world.type(visitor, lines);
  EXPECT_EQ(world.heard_by_anna().size(), 5U);
  EXPECT_EQ(world.screen(visitor), "* waiting: too many messages\r\n");
  EXPECT_FALSE(world.gateway().takes_input(visitor));
  world.advance(std::chrono::seconds{10});
  const auto rest = world.heard_by_anna();
  ASSERT_EQ(rest.size(), 35U);
  EXPECT_THAT(rest.back(), EndsWith(": 39"));
}

TEST(TextSession, WhoIsHeldBackIsToldOnceForAllThatWaits) {
  text_world world{{}, {.key_messages_burst = 5}};
  const peer_id visitor = world.settled_visitor();
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += std::to_string(i) + "\n";
  world.type(visitor, lines + "bye\n");
  std::string told = world.screen(visitor);
  for (int seconds = 0; seconds < 10; ++seconds) {
    world.advance(std::chrono::seconds{1});
    told += world.screen(visitor);
  }
  EXPECT_EQ(told, "* waiting: too many messages\r\n* goodbye\r\n");
}

TEST(TextSession, WhatIsNotCommittedInTimeIsToldAsNotSent) {
  text_world world;
  const peer_id visitor = world.settled_visitor();
  world.store().fail_appends(append_status::disk_full);
  world.type(visitor, "hello\nbye\n");
  EXPECT_EQ(world.screen(visitor), "* waiting: the relay's disk is full\r\n");
  world.advance(text_patience);
  EXPECT_THAT(world.screen(visitor), AllOf(StartsWith("* not sent in time"), EndsWith("* goodbye\r\n")));
}

TEST(TextSession, NobodyReadsAlongByAskingForTelnetOptions) {
  text_world world;
  const peer_id visitor = world.settled_visitor();
  world.stop_reading(visitor);
  std::string junk;
  for (int i = 0; i < 1000; ++i) junk += "\xff\xf6\xff\xfd\x06";
  while (world.gateway().takes_input(visitor)) world.type(visitor, junk);
  world.read_again(visitor);
  EXPECT_LE(world.screen(visitor).size(), text_output_bytes_max + 9 * junk.size());
}

}  // namespace
}  // namespace tern::relay::testing
