// The settings in a file, as the command line takes them in.
#include "relay/server/options.hpp"
#include "tests/relay/server/child.hpp"

#include <fstream>
#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

struct ConfigFile : ::testing::Test {
  scratch_folder folder;
  std::string file = (folder.path() / "relay.toml").string();

  command_line parse(const std::string& content, std::vector<std::string> words = {}) {
    std::ofstream{file, std::ios::binary} << content;
    words.insert(words.begin(), {"tern-relay", "--config", file});
    return parse_command_line(words);
  }
  // Of a file that is wrong: one line, without the path of the file.
  std::string refusal_of(const std::string& content, std::vector<std::string> words = {}) {
    const auto line = parse(content, std::move(words));
    EXPECT_TRUE(line.ends);
    EXPECT_EQ(line.status, 6) << line.text;
    EXPECT_EQ(std::count(line.text.begin(), line.text.end(), '\n'), 1) << line.text;
    EXPECT_THAT(line.text, StartsWith("tern-relay: " + file));
    return line.text.substr(std::string{"tern-relay: "}.size() + file.size());
  }
};

TEST_F(ConfigFile, SetsWhatTheCommandLineSets) {
  const auto line = parse(R"(
    listen = ["127.0.0.1:0", "[::1]:7000"]
    data = "/srv/tern"
    host = "chat.example.org"
    durability = "relaxed"
    log-level = "warning"
    log-format = "json"
    [limits]
    rooms = 7
    connections = 9
    handshakes-rate = 0
  )");
  ASSERT_FALSE(line.ends) << line.text;
  ASSERT_EQ(line.run.listen.size(), 2U);
  EXPECT_EQ(line.run.listen[1].authority(), "[::1]:7000");
  EXPECT_EQ(line.run.data, "/srv/tern");
  EXPECT_EQ(line.run.host, "chat.example.org");
  EXPECT_EQ(line.run.level, durability::relaxed);
  EXPECT_EQ(line.run.log, log_level::warning);
  EXPECT_EQ(line.run.format, log_format::json);
  EXPECT_EQ(line.run.limits.rooms_max, 7U);
  EXPECT_EQ(line.run.endpoint.connections_max, 9U);
  EXPECT_GT(line.run.endpoint.admission.retry_rate, 1e9);
}

TEST_F(ConfigFile, GivesWayToTheCommandLine) {
  const auto line = parse("listen = '127.0.0.1:1'\ndata = '/a'\n[limits]\nrooms = 7\nnames = 8\n",
                          {"--listen", "127.0.0.1:2", "--data", "/b", "--limit", "rooms=9"});
  ASSERT_FALSE(line.ends) << line.text;
  ASSERT_EQ(line.run.listen.size(), 1U);
  EXPECT_EQ(line.run.listen[0].authority(), "127.0.0.1:2");
  EXPECT_EQ(line.run.data, "/b");
  EXPECT_EQ(line.run.limits.rooms_max, 9U);
  EXPECT_EQ(line.run.limits.names_max, 8U);
  EXPECT_THAT(line.run.settings, UnorderedElementsAre(Pair("listen", "127.0.0.1:2"), Pair("data", "/b"),
                                                      Pair("limit rooms", "9"), Pair("limit names", "8")));
}

TEST_F(ConfigFile, MayBeEmpty) {
  const auto line = parse("", {"--data", "/b"});
  ASSERT_FALSE(line.ends) << line.text;
  EXPECT_THAT(line.run.listen, IsEmpty());
}

TEST_F(ConfigFile, TellsWhereItsMistakesAre) {
  EXPECT_THAT(refusal_of("\nlisten = '127.0.0.1:0'\n lisen = 'x'\n"), StartsWith(":3:2: no such setting: lisen"));
  EXPECT_THAT(refusal_of("listen = 7777\n"), StartsWith(":1:10: listen must be text in quotes"));
  EXPECT_THAT(refusal_of("listen = [\n  'a:1',\n  true]\n"), StartsWith(":3:3: listen must be text"));
  EXPECT_THAT(refusal_of("data = ['a']\n"), StartsWith(":1:8: data must be text"));
  EXPECT_THAT(refusal_of("listen = '::1:7777'\n"), StartsWith(":1:10: listen ::1:7777: "));
  EXPECT_THAT(refusal_of("durability = 'some'\n"), StartsWith(":1:14: durability some: one of strict"));
  EXPECT_THAT(refusal_of("[limits]\nno-such = 1\n"), StartsWith(":2:11: limit no-such=1: no such limit"));
  EXPECT_THAT(refusal_of("[limits]\nrooms = '1'\n"), StartsWith(":2:9: rooms must be a whole number"));
  EXPECT_THAT(refusal_of("[limits]\nrooms = -1\n"), StartsWith(":2:9: limit rooms=-1: write NAME=NUMBER"));
  EXPECT_THAT(refusal_of("limits = 3\n"), StartsWith(":1:10: [limits] must be a table"));
  EXPECT_THAT(refusal_of("limit = 'rooms=3'\n"), StartsWith(":1:1: no such setting: limit"));
  EXPECT_THAT(refusal_of("config = 'other'\n"), StartsWith(":1:1: no such setting: config"));
  EXPECT_THAT(refusal_of("listen = \n"), StartsWith(":1:"));
  EXPECT_THAT(refusal_of("data = 'a'\ndata = 'b'\n"), StartsWith(":2:"));
}

TEST_F(ConfigFile, IsRightEvenWhereTheCommandLineWins) {
  EXPECT_THAT(refusal_of("durability = 'some'\n", {"--durability", "strict"}), HasSubstr(":1:14: "));
}

TEST_F(ConfigFile, MustNotContradictItself) {
  EXPECT_THAT(refusal_of("[limits]\nkey-bytes-burst = 1000\n"), HasSubstr("would never pass"));
  EXPECT_FALSE(parse("[limits]\nkey-bytes-burst = 1000\nmessage-bytes = 1000\n").ends);
}

TEST_F(ConfigFile, MustBeThere) {
  const auto line = parse_command_line({"tern-relay", "--config", "/no/such.toml"});
  EXPECT_EQ(line.status, 6);
  EXPECT_EQ(line.text, "tern-relay: /no/such.toml: No such file or directory\n");
  EXPECT_EQ(parse_command_line({"tern-relay", "--config", folder.path().string()}).status, 6);
  EXPECT_EQ(parse_command_line({"tern-relay", "--config", "/dev/zero"}).status, 6) << "it never ends";
}

}  // namespace
}  // namespace tern::relay::testing
