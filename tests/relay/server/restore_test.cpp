// Yesterday's backup restored while clients live on: relay/GUIDE.md, "Restoring a backup".
#include "tests/relay/server/person.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>

namespace tern::relay::testing {
namespace {

using nlohmann::json;

class Restore : public ::testing::Test {
 protected:
  void start(const std::string& at = "127.0.0.1:0") {
    relay_ = std::make_unique<running_relay>(
        data_.path(),
        std::vector<std::string>{"--limit", "key-messages-rate=0", "--limit", "prefix-guest-messages-rate=0"}, at);
  }
  static void enter(person& who, const running_relay& relay) {
    const std::size_t before = who.lives.size();
    who.connect(relay);
    who.join("lobby", 0);
    ASSERT_TRUE(who.until([&] { return who.lives.size() > before; }));
  }
  // The connection is gone with the relay, the session goes on.
  void come_back(person& who) {
    who.vanish();
    who.connect(*relay_);
  }
  void say(const std::string& what, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) anna_.say("lobby", what + ' ' + std::to_string(i));
  }
  void all_committed(std::size_t count) {
    ASSERT_TRUE(anna_.until([&] { return anna_.commits.size() == count; }));
  }
  void kill_and_restore() {
    const std::string at = relay_->address().to_string();
    relay_->process().signal(SIGKILL);
    relay_->process().wait();
    for (const std::string ending : {"", "-wal"}) std::filesystem::remove(log_.string() + ending);
    std::filesystem::copy_file(backup_, log_);
    start(at);
  }
  std::uint64_t rows_in_backup() const {
    child verification{{"verify", backup_.string(), "--json"}};
    EXPECT_EQ(verification.wait(), 0) << verification.output();
    return json::parse(verification.output())["rows"];
  }
  // Once each, whatever was said by then, and those last in order.
  static void expect_once(const person& who, std::size_t before, const std::vector<std::string>& after) {
    ASSERT_EQ(who.entries.size(), before + after.size());
    std::set<std::string> texts;
    for (std::size_t i = 0; i < who.entries.size(); ++i) {
      const std::string text{proto::as_text(who.entries[i].body)};
      EXPECT_TRUE(texts.insert(text).second) << text << " came twice";
      EXPECT_TRUE(i < before || text == after[i - before]) << text;
    }
  }

  scratch_folder data_;
  scratch_folder other_;
  std::filesystem::path log_ = data_.path() / "relay.db";
  std::filesystem::path backup_ = other_.path() / "yesterday.db";
  std::unique_ptr<running_relay> relay_;
  person anna_{1};
};

TEST_F(Restore, ShowsClientsAGapAndEverythingNewOnce) {
  start();
  person ben{2};
  person carl{3};
  enter(ben, *relay_);
  enter(carl, *relay_);
  anna_.connect(*relay_);
  say("yesterday", 20);
  all_committed(20);
  child backup{{"backup", "--data", data_.path().string(), backup_.string()}};
  say("meanwhile", 20);
  ASSERT_EQ(backup.wait(), 0) << backup.output();
  say("lost", 20);
  all_committed(60);
  for (person* who : {&ben, &carl}) ASSERT_TRUE(who->until_entries(60));
  const std::uint64_t kept = rows_in_backup();
  ASSERT_GE(kept, 20U);
  ASSERT_LE(kept, 40U);

  kill_and_restore();
  come_back(ben);
  ASSERT_TRUE(ben.until([&] { return !ben.epochs.empty(); }));
  come_back(anna_);
  say("today", 10);
  all_committed(70);
  EXPECT_EQ(anna_.commits[60].receipt.position.value, kept + 1);
  come_back(carl);  // its place in the log is beyond what was restored, or another message's by now

  std::vector<std::string> today;
  for (int i = 0; i < 10; ++i) today.push_back("today " + std::to_string(i));
  for (person* who : {&ben, &carl}) {
    SCOPED_TRACE(who == &ben ? "ben, back before" : "carl, back after");
    ASSERT_TRUE(who->until_entries(70));
    ASSERT_EQ(who->epochs.size(), 1U);
    ASSERT_EQ(who->gaps.size(), 1U);
    EXPECT_EQ(who->gaps[0].last.value, kept);
    expect_once(*who, 60, today);
  }
}

// Sent before, not yet committed: it is known by its key, not by its place.
TEST_F(Restore, CommitsOnceWhatWasOnItsWay) {
  start();
  anna_.connect(*relay_);
  say("yesterday", 5);
  all_committed(5);
  child backup{{"backup", "--data", data_.path().string(), backup_.string()}};
  ASSERT_EQ(backup.wait(), 0) << backup.output();
  relay_->process().signal(SIGSTOP);
  say("on its way", 5);
  kill_and_restore();
  come_back(anna_);
  all_committed(10);
  person ben{2};
  ben.connect(*relay_);
  ben.join("lobby", 100);
  ASSERT_TRUE(ben.until_entries(10));
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(ben.entries[i].position.value, i + 1);
}

}  // namespace
}  // namespace tern::relay::testing
