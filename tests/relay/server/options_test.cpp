// The command line of tern-relay, without starting one.
#include "relay/server/options.hpp"

#include <gmock/gmock.h>

namespace tern::relay {
namespace {

using ::testing::HasSubstr;

command_line parse(std::vector<const char*> words) {
  words.insert(words.begin(), "tern-relay");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

std::string refusal_of(const std::vector<const char*>& words) {
  const auto line = parse(words);
  EXPECT_TRUE(line.ends);
  EXPECT_EQ(line.status, 2);
  return line.text;
}

TEST(Options, SetLimitsByName) {
  const auto line = parse({"--limit", "rooms=7", "--limit", "connections=9", "--limit", "handshakes-rate=50"});
  ASSERT_FALSE(line.ends) << line.text;
  EXPECT_EQ(line.run.limits.rooms_max, 7U);
  const auto history =
      parse({"--limit", "history-messages=8", "--limit", "history-bytes=900", "--limit", "history-days=2"});
  EXPECT_EQ(history.run.history.rows_max, 8U);
  EXPECT_EQ(history.run.history.bytes_max, 900U);
  EXPECT_EQ(history.run.history.age_max, std::chrono::hours{48});
  EXPECT_EQ(line.run.endpoint.connections_max, 9U);
  EXPECT_EQ(line.run.endpoint.admission.retry_rate, 50.0);
}

TEST(Options, LiftARateByZero) {
  const auto line = parse({"--limit", "key-messages-rate=0", "--limit", "handshakes-drop-rate=0"});
  ASSERT_FALSE(line.ends) << line.text;
  EXPECT_EQ(line.run.limits.key_messages_rate, 0U);
  EXPECT_GT(line.run.endpoint.admission.drop_rate, 1e9);
}

TEST(Options, ListEveryLimitWithItsValue) {
  const auto line = parse({"--limit", "rooms=7", "--limit", "help"});
  EXPECT_EQ(line.status, 0);
  EXPECT_THAT(line.text, HasSubstr("rooms=7\n"));
  EXPECT_THAT(line.text, HasSubstr("half-open=4096\n"));
  EXPECT_THAT(line.text, HasSubstr("handshakes-rate=2000\n"));
}

TEST(Options, RefuseALimitThatWouldStopEverything) {
  EXPECT_THAT(refusal_of({"--limit", "page-rows=0"}), HasSubstr("must be 1 to"));
  EXPECT_THAT(refusal_of({"--limit", "history-messages=0"}), HasSubstr("must be 1"));
  EXPECT_THAT(refusal_of({"--limit", "history-days=40000"}), HasSubstr("must be 1 to 36500"));
  EXPECT_THAT(refusal_of({"--limit", "half-open=0"}), HasSubstr("must be 1"));
  EXPECT_THAT(refusal_of({"--limit", "key-messages-burst=0"}), HasSubstr("must be 1 to"));
}

TEST(Options, RefuseALimitBeyondWhatCanBeReckonedOrSent) {
  EXPECT_THAT(refusal_of({"--limit", "key-messages-burst=18446744073709551615"}), HasSubstr("up to 1000000000"));
  EXPECT_THAT(refusal_of({"--limit", "key-messages-rate=1000000001"}), HasSubstr("up to 1000000000"));
  EXPECT_THAT(refusal_of({"--limit", "message-bytes=1000000"}), HasSubstr("must be 1 to"));
}

TEST(Options, RefuseLimitsThatContradictEachOther) {
  EXPECT_THAT(refusal_of({"--limit", "key-bytes-burst=1000"}), HasSubstr("would never pass"));
  EXPECT_FALSE(parse({"--limit", "key-bytes-burst=1000", "--limit", "message-bytes=1000"}).ends);
  EXPECT_FALSE(parse({"--limit", "key-bytes-burst=1000", "--limit", "key-bytes-rate=0"}).ends);
}

TEST(Options, TakePlacesToListenOn) {
  const auto line = parse({"--listen", ":0", "--listen", "[::1]:7000", "--listen", "tern://relay.example.org"});
  ASSERT_FALSE(line.ends) << line.text;
  ASSERT_EQ(line.run.listen.size(), 3U);
  EXPECT_EQ(line.run.listen[0].authority(), ":0");
  EXPECT_EQ(line.run.listen[1].authority(), "[::1]:7000");
  EXPECT_EQ(line.run.listen[2].authority(), "relay.example.org:7777");
}

TEST(Options, RefuseWhatCannotBeListenedOn) {
  for (const char* wrong : {"tcp://127.0.0.1:7000", "127.0.0.1:7000/ops", "127.0.0.1:7000/@anna"})
    EXPECT_THAT(refusal_of({"--listen", wrong}), HasSubstr("write ADDR:PORT"));
  EXPECT_THAT(refusal_of({"--listen", "::1:7777"}), HasSubstr("brackets"));
}

TEST(Options, TakeAHostWithOrWithoutBrackets) {
  for (const char* given : {"::1", "[::1]"}) EXPECT_EQ(parse({"--host", given}).run.host, "::1");
  EXPECT_EQ(parse({"--host", "Chat.Example.org"}).run.host, "chat.example.org");
}

TEST(Options, RefuseAHostThatNobodyCouldPaste) {
  for (const char* wrong :
       {"", "a b", "x'y", "chat.example.org:443", "[::1]:443", "udp://chat.example.org", "host/ops"})
    EXPECT_THAT(refusal_of({"--host", wrong}), HasSubstr("--host"));
}

TEST(Options, RefuseAFolderWithoutAName) { EXPECT_THAT(refusal_of({"--data", ""}), HasSubstr("--data: the folder")); }

}  // namespace
}  // namespace tern::relay
