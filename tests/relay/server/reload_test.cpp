// SIGHUP, to the real relay.
#include "tests/relay/server/person.hpp"

#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace tern::relay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Reload : ::testing::Test {
  scratch_folder data;
  std::string file = (data.path() / "relay.toml").string();

  void write(const std::string& content) const { std::ofstream{file, std::ios::trunc} << content; }
  // Waits for a line that was not there before.
  static void reload(child& relay, const std::string& until) {
    const std::size_t before = relay.output().size();
    relay.signal(SIGHUP);
    while (relay.output().find(until, before) == std::string::npos)
      ASSERT_TRUE(relay.read_more()) << "it ended: " << relay.output();
  }
  // Whether a message of 10 octets is committed, rather than too long.
  static bool takes_ten(person& who) {
    const auto before = who.commits.size() + who.refusals.size();
    const auto commits = who.commits.size();
    who.say("lobby", "0123456789");
    EXPECT_TRUE(who.until([&] { return who.commits.size() + who.refusals.size() > before; }));
    return who.commits.size() > commits;
  }
};

TEST_F(Reload, ChangesLimitsAndLogWhileClientsStay) {
  write("[limits]\nmessage-bytes = 9\n");
  running_relay relay{data.path(), {"--config", file}};
  person anna{1};
  anna.connect(relay);
  EXPECT_FALSE(takes_ten(anna));
  write("log-level = 'debug'\nlog-format = 'json'\n[limits]\nmessage-bytes = 10\n");
  reload(relay.process(), R"("event":"reload","changed":"3")");
  EXPECT_THAT(relay.process().output(), HasSubstr(R"("name":"limit message-bytes","before":"9","now":"10")"));
  EXPECT_TRUE(takes_ten(anna));
  EXPECT_FALSE(anna.closed);
  write("");
  reload(relay.process(), " reload changed=3");
  EXPECT_TRUE(takes_ten(anna));
  relay.process().signal(SIGTERM);
  EXPECT_EQ(relay.process().wait(), 0);
}

TEST_F(Reload, ChangesTheLimitsOfConnections) {
  write("[limits]\nconnections = 1\n");
  running_relay relay{data.path(), {"--config", file}};
  person anna{1};
  anna.connect(relay);
  EXPECT_TRUE(takes_ten(anna));
  write("[limits]\nconnections = 2\n");
  reload(relay.process(), "reload changed=1");
  person ben{2};
  ben.connect(relay);
  EXPECT_TRUE(takes_ten(ben));
  EXPECT_TRUE(takes_ten(anna));
}

TEST_F(Reload, ChangesNothingByAFileWithAMistake) {
  write("[limits]\nmessage-bytes = 9\n");
  running_relay relay{data.path(), {"--config", file}};
  write("[limits]\nmessage-bytes = 10\nno-such = 1\n");
  reload(relay.process(), "no-such=1: no such limit");
  EXPECT_THAT(relay.process().output(), HasSubstr("reload changed=nothing why=\"" + file + ":3:11: "));
  std::filesystem::remove(file);
  reload(relay.process(), "No such file");
  person anna{1};
  anna.connect(relay);
  EXPECT_FALSE(takes_ten(anna));
}

TEST_F(Reload, DoesNotWaitForAPipe) {
  write("");
  running_relay relay{data.path(), {"--config", file}};
  std::filesystem::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  reload(relay.process(), "reload changed=nothing why=\"" + file + ": a pipe is read once\"");
  person anna{1};
  anna.connect(relay);
  EXPECT_TRUE(takes_ten(anna));
}

TEST_F(Reload, NamesWhatTakesARestart) {
  write("durability = 'memory'\n");
  running_relay relay{data.path(), {"--config", file, "--limit", "rooms=5"}};
  write("listen = '127.0.0.1:1'\ndurability = 'strict'\n[limits]\nrooms = 6\nhistory-days = 9\ntail-bytes = 5\n");
  reload(relay.process(), "reload changed=0 kept-until-restart=3");
  EXPECT_THAT(relay.process().output(),
              HasSubstr("setting-kept name=durability still=memory asked=strict why=\"takes a restart\""));
  EXPECT_THAT(relay.process().output(), HasSubstr("name=\"limit history-days\" still=default asked=9"));
  EXPECT_THAT(relay.process().output(), HasSubstr("name=\"limit tail-bytes\" still=default asked=5"));
  // The command line says where to listen, and how many rooms.
  EXPECT_THAT(relay.process().output(), Not(HasSubstr("name=listen")));
  EXPECT_THAT(relay.process().output(), Not(HasSubstr("limit rooms")));
}

TEST_F(Reload, WithoutAFileOnlySaysSo) {
  running_relay relay{data.path()};
  reload(relay.process(), "reload changed=nothing why=\"started without --config\"");
  person anna{1};
  anna.connect(relay);
  EXPECT_TRUE(takes_ten(anna));
}

}  // namespace
}  // namespace tern::relay::testing
