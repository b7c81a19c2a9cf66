// How events are written.
#include "relay/server/event_log.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

TEST(EventLog, WritesNamesAndValues) {
  EXPECT_EQ(format_text("closed", {{"connection", "7"}, {"by", "client"}}), "closed connection=7 by=client");
}

TEST(EventLog, QuotesWhatHasSpaces) {
  EXPECT_EQ(format_text("closed", {{"reason", "going away"}, {"code", ""}}), R"(closed reason="going away" code="")");
}

TEST(EventLog, LetsNoTextOfOthersMoveTheCursor) {
  EXPECT_EQ(format_text("closed", {{"reason", "a\x1b[2J\nb\"\\\xc2\x9b"}}),
            R"(closed reason="a\x1b[2J\x0ab\x22\x5c\xc2\x9b")");
}

TEST(EventLog, WritesJsonThatIsAlwaysValid) {
  EXPECT_EQ(format_json("closed", {{"reason", "a\n\"\xff"}}), R"("event":"closed","reason":"a\n\"\ufffd")");
}

}  // namespace
}  // namespace tern::relay
