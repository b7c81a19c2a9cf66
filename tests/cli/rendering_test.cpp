#include "cli/chat/rendering.hpp"

#include "cli/chat/labels.hpp"

#include <gmock/gmock.h>

namespace tern::cli {
namespace {

using proto::chat::destination;
using namespace std::chrono_literals;

proto::chat::entry said(const std::string& name, const std::string& text) {
  proto::chat::entry message;
  message.position = proto::log_position{42};
  message.time = proto::wall_time{1'700'000'000'123ms};
  message.sender.fill(7);
  message.sender_name = name;
  message.body.assign(text.begin(), text.end());
  return message;
}

const destination lobby = destination::room("lobby");

TEST(Rendering, AMessageShowsWhoSaidWhat) {
  EXPECT_EQ(message_line(lobby, said("ann", "hello"), lobby), "[ann] hello");
  EXPECT_EQ(message_line(destination::room("other"), said("ann", "hello"), lobby), "other: [ann] hello");
  EXPECT_EQ(message_line(destination::own_inbox(), said("ann", "psst"), lobby), "privately: [ann] psst");
  EXPECT_EQ(message_line(lobby, said("", "hello"), lobby), "[guest-BwcHBwcH] hello");
}

TEST(Rendering, NobodyCanSpeakForSomeoneElse) {
  EXPECT_EQ(message_line(lobby, said("ann", "one\n[bo] two"), lobby), "[ann] one\n    | [bo] two");
  EXPECT_EQ(message_line(lobby, said("a\n[bo] x", "y"), lobby), "[a\\n[bo] x] y");
  EXPECT_EQ(message_line(lobby, said("ann", "\x1b[2J"), lobby), "[ann] \\x1b[2J");
}

TEST(Rendering, BytesAreNamedNotShown) {
  auto message = said("ann", std::string(12288, '\x1b'));
  message.kind = proto::chat::body_kind::bytes;
  EXPECT_EQ(message_line(lobby, message, lobby), "[ann] [bytes, 12 KiB]");
  EXPECT_TRUE(message_record(lobby, message).contains("base64url"));
}

TEST(Rendering, RecordsHavePositionTimeAndKey) {
  const auto record = message_record(lobby, said("ann", "hello"));
  EXPECT_EQ(record["position"], 42);
  EXPECT_EQ(record["time"], "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(record["text"], "hello");
  EXPECT_EQ(record["room"], "lobby");
}

TEST(Rendering, PresenceAndGaps) {
  proto::chat::presence change{proto::chat::presence_change::renamed, "bo", {}, "ann"};
  EXPECT_EQ(presence_line(change), "ann is now bo");
  change.what = proto::chat::presence_change::joined;
  EXPECT_EQ(presence_line(change), "bo joined");
  EXPECT_EQ(gap_line(proto::chat::destination::room("ops"), {proto::log_position{3}, proto::log_position{7}}),
            "the messages #3 to #7 of ops are no longer there");
}

TEST(Rendering, WhoJoinedLearnsWhoIsThere) {
  const proto::log_position position{41};
  EXPECT_EQ(joined_line(lobby, position, {}), "joined lobby at #41; here: nobody else");
  std::vector<proto::chat::person> others{{0, "bo", {}}, {0, "", {}}};
  EXPECT_EQ(joined_line(lobby, position, others), "joined lobby at #41; here: bo, guest-AAAAAAAA");
  EXPECT_EQ(joined_record(lobby, position, others)["people"].size(), 2U);
  others.resize(11);
  EXPECT_EQ(joined_line(lobby, position, others), "joined lobby at #41; here: 11 others");
}

TEST(Rendering, AReceiptSaysWhereAndHowFast) {
  EXPECT_EQ(receipt_line(lobby, proto::log_position{42}, 25300us, false), "committed lobby #42 in 25.3 ms");
  EXPECT_EQ(receipt_line(lobby, proto::log_position{42}, 25300us, false, false), "relayed lobby #42 in 25.3 ms");
  EXPECT_EQ(receipt_line(lobby, {}, 25300us, true, false), "relayed lobby in 25.3 ms (it had been before)");
  EXPECT_EQ(receipt_line(destination::person("ann"), proto::log_position{1}, 1s, true),
            "committed @ann #1 in 1 s (it had been before)");
}

TEST(Rendering, ARefusalCarriesTheRelaysWordsHarmlessly) {
  EXPECT_EQ(refusal_line(proto::chat::refusal::rate, "wait\x1b"),
            "the relay refused it: too many messages in a short time (wait\\x1b)");
}

}  // namespace
}  // namespace tern::cli
