// What an operator types: init, stats, backup and verify, beside a real relay and without one.
#include "relay/control/control_client.hpp"
#include "tests/relay/server/person.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

namespace tern::relay::testing {
namespace {

using nlohmann::json;
using ::testing::AnyOf;
using ::testing::HasSubstr;

struct ended {
  int status = 0;
  std::string output;
};

ended run(std::string word, const std::filesystem::path& data, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {std::move(word), "--data", data.string()});
  child process{more};
  const int status = process.wait();
  return {status, process.output()};
}

std::map<std::string, std::string> everything_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    std::ifstream in{file.path(), std::ios::binary};
    contents[file.path().filename().string()] = {std::istreambuf_iterator<char>{in}, {}};
  }
  return contents;
}

void flip(const std::filesystem::path& file, const std::string& text) {
  std::fstream open{file, std::ios::in | std::ios::out | std::ios::binary};
  const std::string content{std::istreambuf_iterator<char>{open}, {}};
  const std::size_t at = content.find(text);
  ASSERT_NE(at, std::string::npos);
  open.seekp(static_cast<std::streamoff>(at));
  open.put(static_cast<char>(content[at] ^ 1));
}

class Administration : public ::testing::Test {
 protected:
  void start() {
    relay_ = std::make_unique<running_relay>(data_.path());
    anna_.connect(*relay_);
  }
  void say(std::size_t count) {
    const std::size_t before = anna_.commits.size();
    for (std::size_t i = 0; i < count; ++i) anna_.say("lobby", "message " + std::to_string(before + i) + " end");
    ASSERT_TRUE(anna_.until([&] { return anna_.commits.size() == before + count; }));
  }
  void end(int signal) {
    relay_->process().signal(signal);
    relay_->process().wait();
  }
  std::string file(const std::string& name) const { return (other_.path() / name).string(); }

  scratch_folder data_;
  scratch_folder other_;
  std::unique_ptr<running_relay> relay_;
  person anna_{1};
};

TEST_F(Administration, InitMakesAKeyPrintsTheLineAndReplacesNothing) {
  const auto folder = other_.path() / "deep" / "relay";
  const auto made = run("init", folder, {"--listen", "127.0.0.1:4433", "--host", "chat.example.org"});
  EXPECT_EQ(made.status, 0) << made.output;
  EXPECT_THAT(made.output, HasSubstr("tern chat 'tern://chat.example.org:4433/lobby#"));
  const auto before = everything_in(folder);
  EXPECT_EQ(before.at("relay.key").size(), 44U);
  const auto again = run("init", folder);
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.output, HasSubstr("already"));
  EXPECT_EQ(everything_in(folder), before);

  child relay{{"--data", folder.string(), "--listen", "127.0.0.1:0"}};
  ASSERT_TRUE(relay.wait_for("'\n"));
  const auto key = [](const std::string& said) { return said.substr(said.find('#'), 44); };
  EXPECT_EQ(key(relay.output()), key(made.output)) << "the relay has the key that was announced";
}

TEST_F(Administration, StatsTellHowTheRelayIs) {
  start();
  say(3);
  const auto shown = run("stats", data_.path());
  EXPECT_EQ(shown.status, 0) << shown.output;
  EXPECT_THAT(shown.output, HasSubstr("3 committed"));
  // What came as early data may be committed before the client has shown that it is there.
  EXPECT_THAT(shown.output, AnyOf(HasSubstr("1 (0 half-open)"), HasSubstr("1 (1 half-open)")));
  const auto record = json::parse(run("stats", data_.path(), {"--json"}).output);
  EXPECT_EQ(record["schema"], "tern-relay/1");
  EXPECT_EQ(record["committed"], 3);
  EXPECT_EQ(record["connections"], 1);
  EXPECT_EQ(record["rooms"], 1);
  EXPECT_EQ(record["durability"], "strict");
  EXPECT_EQ(record["commit_latency"]["count"], 3);
  EXPECT_GT(record["commit_latency"]["p99_us"], 0);
  EXPECT_EQ(record["refusals"]["say-rate-key"], 0);
  EXPECT_EQ(record["queues"]["appends"], 0);
  EXPECT_GE(record["bytes_received"], 1'200);
  EXPECT_GT(record["disk_free_bytes"], 0);
}

TEST_F(Administration, StatsCountRefusalsByLimit) {
  relay_ = std::make_unique<running_relay>(data_.path(), std::vector<std::string>{"--limit", "message-bytes=10"});
  anna_.connect(*relay_);
  anna_.say("lobby", "longer than that");
  ASSERT_TRUE(anna_.until([&] { return !anna_.refusals.empty(); }));
  EXPECT_THAT(run("stats", data_.path()).output, HasSubstr("say-too-big 1"));
}

TEST_F(Administration, WhereNoRelayHasRunThereIsNothingToVerify) {
  ASSERT_EQ(run("init", data_.path()).status, 0);
  const auto refused = run("verify", data_.path());
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("there is no log in"));
}

TEST_F(Administration, WithoutARelayThereIsNobodyToAsk) {
  for (const std::string word : {"stats", "backup"}) {
    std::vector<std::string> more;
    if (word == "backup") more.push_back(file("copy.db"));
    const auto refused = run(word, data_.path(), more);
    EXPECT_EQ(refused.status, 4);
    EXPECT_THAT(refused.output, HasSubstr("no relay is running"));
    more.emplace_back("--json");
    EXPECT_EQ(json::parse(run(word, data_.path(), more).output)["ok"], false);
  }
  start();
  end(SIGKILL);
  EXPECT_EQ(run("stats", data_.path()).status, 4) << "the socket of a dead relay is nobody";
  start();
  EXPECT_EQ(run("stats", data_.path()).status, 0) << "and is replaced";
}

TEST_F(Administration, BackupIsTheLogAndReplacesNothing) {
  start();
  say(20);
  const auto made = run("backup", data_.path(), {file("copy.db")});
  EXPECT_EQ(made.status, 0) << made.output;
  EXPECT_THAT(made.output, HasSubstr("copy.db"));
  const auto before = everything_in(other_.path());
  EXPECT_EQ(before.size(), 1U) << "nothing unfinished is left";
  const auto checked = run("verify", data_.path(), {file("copy.db")});
  EXPECT_EQ(checked.status, 0) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("1 rooms, 0 inboxes, 20 rows: sound"));
  const auto again = run("backup", data_.path(), {file("copy.db")});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.output, HasSubstr("replaces nothing"));
  EXPECT_EQ(everything_in(other_.path()), before);
  EXPECT_EQ(run("backup", data_.path(), {file("no/such/copy.db")}).status, 1);
  EXPECT_EQ(run("backup", data_.path(), {(data_.path() / "copy.db").string()}).status, 1) << "it would be lost too";
  EXPECT_EQ(run("backup", data_.path()).status, 2);
}

TEST_F(Administration, VerifyFindsTheFirstDamagedMessageAndChangesNothing) {
  start();
  say(20);
  end(SIGTERM);
  EXPECT_EQ(run("verify", data_.path()).status, 0);
  flip(data_.path() / "relay.db", "message 7 end");
  const auto before = everything_in(data_.path());
  const auto found = run("verify", data_.path());
  EXPECT_EQ(found.status, 1);
  EXPECT_THAT(found.output, HasSubstr("damage: room lobby #8"));
  const auto record = json::parse(run("verify", data_.path(), {"--json"}).output);
  EXPECT_EQ(record["sound"], false);
  EXPECT_EQ(record["damages"][0]["log"], "lobby");
  EXPECT_EQ(record["damages"][0]["position"], 8);
  EXPECT_EQ(everything_in(data_.path()), before);

  // The relay keeps what is damaged, and says so itself.
  start();
  const auto asked = run("verify", data_.path());
  EXPECT_EQ(asked.status, 1);
  EXPECT_THAT(asked.output, HasSubstr("damage: room lobby #8"));
}

TEST_F(Administration, VerifyReadsWhatAKilledRelayLeft) {
  start();
  say(20);
  end(SIGKILL);
  const auto before = everything_in(data_.path());
  const auto checked = run("verify", data_.path());
  EXPECT_EQ(checked.status, 0) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("20 rows: sound"));
  EXPECT_EQ(everything_in(data_.path()), before);
}

TEST_F(Administration, VerifyAsksTheRelayThatRuns) {
  start();
  say(20);
  for (const auto& named :
       {std::vector<std::string>{}, {data_.path().string()}, {(data_.path() / "relay.db").string()}}) {
    const auto checked = run("verify", data_.path(), named);
    EXPECT_EQ(checked.status, 0) << checked.output;
    EXPECT_THAT(checked.output, HasSubstr("20 rows: sound"));
  }
  EXPECT_FALSE(std::filesystem::exists(data_.path() / "verify.unfinished"));
  say(1);
}

TEST_F(Administration, VerifyReadsNoDataThatChangesMeanwhile) {
  start();
  say(1);
  std::filesystem::remove(data_.path() / "control.sock");
  const auto refused = run("verify", data_.path());
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("a relay is running"));
  std::filesystem::create_hard_link(data_.path() / "relay.db", file("link.db"));
  const auto linked = run("verify", data_.path(), {file("link.db")});
  EXPECT_EQ(linked.status, 1);
  EXPECT_THAT(linked.output, HasSubstr("running"));
}

TEST_F(Administration, OfARelayInMemoryThereIsNoBackup) {
  relay_ = std::make_unique<running_relay>(data_.path(), std::vector<std::string>{"--durability", "memory"});
  const auto refused = run("backup", data_.path(), {file("copy.db")});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("memory"));
  EXPECT_TRUE(everything_in(other_.path()).empty());
}

TEST_F(Administration, StopsWhileABackupIsMade) {
  start();
  say(50);
  child backup{{"backup", "--data", data_.path().string(), file("copy.db")}};
  child verification{{"verify", "--data", data_.path().string()}};
  relay_->process().signal(SIGTERM);
  EXPECT_EQ(relay_->process().wait(), 0) << relay_->process().output();
  backup.wait();
  verification.wait();
  EXPECT_FALSE(std::filesystem::exists(file("copy.db.unfinished")) && std::filesystem::exists(file("copy.db")));
}

TEST_F(Administration, RefusesAFolderWhoseSocketWouldHaveTooLongAPath) {
  const auto deep = data_.path() / std::string(100, 'x');
  child relay{{"--data", deep.string(), "--listen", "127.0.0.1:0"}};
  EXPECT_EQ(relay.wait(), 1);
  EXPECT_THAT(relay.output(), HasSubstr("control socket"));
}

TEST_F(Administration, ExplainsItsWords) {
  child help{{"--help"}};
  help.wait();
  for (const std::string word : {"init", "stats", "backup", "verify"}) {
    EXPECT_THAT(help.output(), HasSubstr("tern-relay " + word));
    child own{{word, "--help"}};
    EXPECT_EQ(own.wait(), 0);
    EXPECT_THAT(own.output(), HasSubstr("Exit status:"));
    child mistaken{{word, "--no-such"}};
    EXPECT_EQ(mistaken.wait(), 2);
    EXPECT_THAT(mistaken.output(), HasSubstr("tern-relay " + word + ": "));
  }
  child surplus{{"stats", "now"}};
  EXPECT_EQ(surplus.wait(), 2);
}

}  // namespace
}  // namespace tern::relay::testing
