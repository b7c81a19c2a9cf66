// The real tern-relay on loopback, with real clients.
#include "proto/random.hpp"
#include "tests/relay/server/person.hpp"

#include <csignal>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <random>
#include <sys/resource.h>
#include <sys/stat.h>

namespace tern::relay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const chat::entry& entry) { return std::string{proto::as_text(entry.body)}; }

TEST(Server, BringsAMessageToWhoeverHasJoined) {
  const scratch_folder data;
  running_relay relay{data.path()};
  person ben{2};
  ben.connect(relay);
  ben.join("lobby", 10);
  ASSERT_TRUE(ben.until([&] { return ben.is_connected; }));
  person anna{1};
  anna.connect(relay);
  anna.say("lobby", "hello");
  ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
  EXPECT_EQ(anna.commits[0].receipt.position, proto::log_position{1});
  ASSERT_TRUE(ben.until_entries(1));
  EXPECT_EQ(text_of(ben.entries[0]), "hello");
}

TEST(Server, BringsMessagesFromUdpToTcpAndBack) {
  const scratch_folder data;
  running_relay relay{data.path()};
  person ben{2};
  ben.connect_by_tcp(relay);
  ben.join("lobby", 10);
  ASSERT_TRUE(ben.until([&] { return ben.is_connected; }));
  EXPECT_EQ(ben.counters().datagrams_sent, 0U);
  person anna{1};
  anna.connect(relay);
  anna.join("lobby", 10);
  anna.say("lobby", "by udp");
  ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
  ASSERT_TRUE(ben.until_entries(1));
  EXPECT_EQ(text_of(ben.entries[0]), "by udp");
  ben.say("lobby", "by tcp");
  ASSERT_TRUE(ben.until([&] { return !ben.commits.empty(); }));
  EXPECT_EQ(ben.commits[0].receipt.position, proto::log_position{2});
  ASSERT_TRUE(anna.until_entries(2));
  EXPECT_EQ(text_of(anna.entries[1]), "by tcp");
  relay.process().signal(SIGTERM);
  ASSERT_TRUE(ben.until([&] { return ben.closed.has_value(); }));
  EXPECT_EQ(ben.closed->code, proto::close_code::going_away);
  EXPECT_EQ(relay.process().wait(), 0) << relay.process().output();
}

// On a busy machine a commit may take longer than REPLY waits for it; not twenty times.
TEST(Server, CommitsAKnownClientsMessageInOneRoundTrip) {
  const scratch_folder data;
  running_relay relay{data.path(), {"--durability", "memory"}};
  bool in_the_reply = false;
  for (std::uint8_t seed = 1; seed <= 20 && !in_the_reply; ++seed) {
    person anna{seed};
    anna.say("lobby", "hello");
    anna.connect(relay);
    ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
    in_the_reply = anna.counters().datagrams_received == 1;
    // INITIAL, and at most the confirmation of REPLY.
    EXPECT_TRUE(!in_the_reply || anna.counters().datagrams_sent <= 2);
  }
  EXPECT_TRUE(in_the_reply);
}

TEST(Server, KeepsNamesAndLogOverARestart) {
  const scratch_folder data;
  std::optional<proto::public_key> key;
  {
    running_relay relay{data.path()};
    key = relay.key();
    person anna{1};
    anna.session().claim_name("anna", "");
    anna.connect(relay, false);
    anna.say("lobby", "before");
    ASSERT_TRUE(anna.until([&] { return !anna.commits.empty() && !anna.names.empty(); }));
    relay.process().signal(SIGTERM);
    EXPECT_EQ(relay.process().wait(), 0) << relay.process().output();
  }
  running_relay relay{data.path()};
  EXPECT_EQ(relay.key(), *key);
  person anna{1};
  anna.connect(relay);
  anna.say("lobby", "after");
  ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
  EXPECT_EQ(anna.commits[0].receipt.position, proto::log_position{2});
  person ben{2};
  ben.connect(relay);
  ben.join("lobby", 10);
  ASSERT_TRUE(ben.until_entries(2));
  EXPECT_EQ(text_of(ben.entries[0]), "before");
  EXPECT_EQ(ben.entries[1].sender_name, "anna");
}

TEST(Server, LosesNothingThatWasCommittedWhenItIsKilled) {
  const scratch_folder data;
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  proto::random random{seed};
  constexpr std::size_t count = 300;
  const std::vector<std::string> limits{"--limit", "key-messages-rate=0", "--limit", "prefix-guest-messages-rate=0"};
  auto relay = std::make_unique<running_relay>(data.path(), limits);
  const std::string at = relay->address().to_string();
  person anna{1};
  anna.connect(*relay);
  for (std::size_t i = 0; i < count; ++i) anna.say("lobby", std::to_string(i));
  for (int kills = 0; kills < 3; ++kills) {
    const std::size_t mark = anna.commits.size() + random.below(60);
    ASSERT_TRUE(anna.until([&] { return anna.commits.size() >= std::min(mark, count); }));
    relay->process().signal(SIGKILL);
    EXPECT_EQ(relay->process().wait(), 128 + SIGKILL);
    relay = std::make_unique<running_relay>(data.path(), limits, at);
    anna.vanish();
    anna.connect(*relay);
  }
  ASSERT_TRUE(anna.until([&] { return anna.commits.size() == count; }));
  person ben{2};
  ben.connect(*relay);
  ben.join("lobby", count + 10);
  ASSERT_TRUE(ben.until_entries(count));
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(text_of(ben.entries[i]), std::to_string(i));
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(anna.commits[i].receipt.position.value, i + 1);
}

TEST(Server, CarriesTheLargestMessageAndRefusesLarger) {
  const scratch_folder data;
  running_relay relay{data.path(), {"--limit", "message-bytes=100000"}};
  person anna{1};
  anna.connect(relay);
  anna.join("lobby", 10);
  anna.say("lobby", std::string(100'000, 'x'));
  anna.say("lobby", std::string(100'001, 'y'));
  ASSERT_TRUE(anna.until([&] { return !anna.refusals.empty(); }));
  EXPECT_EQ(anna.refusals[0].reason.reason, chat::refusal::too_big);
  ASSERT_TRUE(anna.until_entries(1));
  EXPECT_EQ(anna.entries[0].body.size(), 100'000U);
}

TEST(Server, TellsItsClientsThatItGoesAway) {
  const scratch_folder data;
  running_relay relay{data.path()};
  person anna{1};
  anna.connect(relay);
  anna.say("lobby", "hello");
  ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
  relay.process().signal(SIGINT);
  ASSERT_TRUE(anna.until([&] { return anna.closed.has_value(); }));
  EXPECT_EQ(anna.closed->code, proto::close_code::going_away);
  EXPECT_EQ(relay.process().wait(), 0);
}

TEST(Server, StopsAtOnceOnASecondSignal) {
  const scratch_folder data;
  running_relay relay{data.path()};
  person anna{1};
  anna.connect(relay);
  anna.say("lobby", "hello");
  ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
  // anna does not run any more, so nobody answers the CLOSE and the relay waits.
  relay.process().signal(SIGTERM);
  ASSERT_TRUE(relay.process().wait_for("drain"));
  relay.process().signal(SIGTERM);
  EXPECT_EQ(relay.process().wait(), 128 + SIGTERM);
}

TEST(Server, ListensOnBothFamiliesWhereNoHostIsGiven) {
  const scratch_folder data;
  child relay{{"--data", data.path().string(), "--listen", ":0", "--host", "chat.example.org"}};
  ASSERT_TRUE(relay.wait_for("/lobby#")) << relay.output();
  EXPECT_THAT(relay.output(), HasSubstr("listening udp [::]:"));
  EXPECT_THAT(relay.output(), HasSubstr("'tern://chat.example.org:"));
}

TEST(Server, MakesItsKeyAndLogForItselfAlone) {
  const scratch_folder home;
  child relay{{"--listen", "127.0.0.1:0"}, {.variables = {{"XDG_DATA_HOME", home.path().string()}}}};
  ASSERT_TRUE(relay.wait_for("/lobby#")) << relay.output();
  EXPECT_THAT(relay.output(), HasSubstr("tern chat 'tern://127.0.0.1:"));
  EXPECT_THAT(relay.output(), HasSubstr("listening udp 127.0.0.1:"));
  EXPECT_THAT(relay.output(), HasSubstr("listening tcp 127.0.0.1:"));
  const auto folder = home.path() / "tern-relay";
  struct ::stat found {};
  ASSERT_EQ(::stat(folder.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0700U);
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    ASSERT_EQ(::stat(file.path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U) << file.path();
  }
  relay.signal(SIGTERM);
  EXPECT_EQ(relay.wait(), 0);
}

// The shell becomes the relay, with one of its streams redirected.
surroundings redirected(const std::string& how) { return {.before = {"sh", "-c", "exec \"$@\" " + how, "sh"}}; }

TEST(Server, RelaysWhereNobodyTakesWhatItPrints) {
  for (const auto& [how, still_said] : {std::pair{">&-", "listening udp"},
                                        {">/dev/full", "listening udp"},
                                        {"2>&-", "/lobby#"},
                                        {"2>/dev/full", "/lobby#"}}) {
    SCOPED_TRACE(how);
    const scratch_folder data;
    child relay{{"--data", data.path().string(), "--listen", "127.0.0.1:0"}, redirected(how)};
    EXPECT_TRUE(relay.wait_for(still_said)) << relay.output();
    relay.signal(SIGTERM);
    EXPECT_EQ(relay.wait(), 0) << relay.output();
  }
}

TEST(Server, RefusesAPortInUseInOneLine) {
  const scratch_folder data;
  const scratch_folder other;
  running_relay relay{data.path()};
  child second{{"--data", other.path().string(), "--listen", relay.address().to_string()}};
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.output(), HasSubstr("in use"));
  EXPECT_EQ(std::count(second.output().begin(), second.output().end(), '\n'), 1);
}

TEST(Server, RefusesAPortThatIsInUseForTcpInOneLine) {
  const scratch_folder data;
  const auto taken = udp::stream_listener::open(proto::address::v4(127, 0, 0, 1, 0));
  ASSERT_TRUE(taken);
  child relay{{"--data", data.path().string(), "--listen", taken->local_address().to_string()}};
  EXPECT_EQ(relay.wait(), 1);
  EXPECT_THAT(relay.output(), HasSubstr("cannot listen on tcp 127.0.0.1:"));
  EXPECT_THAT(relay.output(), HasSubstr("in use"));
  EXPECT_EQ(std::count(relay.output().begin(), relay.output().end(), '\n'), 1);
}

TEST(Server, RefusesTheDataOfARunningRelay) {
  const scratch_folder data;
  running_relay relay{data.path()};
  child second{{"--data", data.path().string(), "--listen", "127.0.0.1:0"}};
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.output(), HasSubstr("another relay is running"));
}

TEST(Server, RefusesAKeyThatIsNone) {
  const scratch_folder data;
  { running_relay relay{data.path()}; }
  const auto key = data.path() / "relay.key";
  std::filesystem::resize_file(key, 10);
  child damaged{{"--data", data.path().string(), "--listen", "127.0.0.1:0"}};
  EXPECT_EQ(damaged.wait(), 1);
  EXPECT_THAT(damaged.output(), HasSubstr("is not a key"));
  EXPECT_EQ(std::filesystem::file_size(key), 10U);
}

TEST(Server, RefusesAnEmptyLogBesideTheJournalOfAnother) {
  const scratch_folder data;
  { running_relay relay{data.path()}; }
  const auto journal = data.path() / "relay.db-wal";
  std::ofstream{journal} << "what was committed last";
  std::filesystem::resize_file(data.path() / "relay.db", 0);
  child damaged{{"--data", data.path().string(), "--listen", "127.0.0.1:0"}};
  EXPECT_EQ(damaged.wait(), 1);
  EXPECT_THAT(damaged.output(), HasSubstr("relay.db is empty or gone, but its journal is not"));
  EXPECT_GT(std::filesystem::file_size(journal), 0U);
}

TEST(Server, RefusesAKeyThatOthersMayRead) {
  const scratch_folder data;
  { running_relay relay{data.path()}; }
  std::filesystem::permissions(data.path() / "relay.key", std::filesystem::perms{0644});
  child open{{"--data", data.path().string(), "--listen", "127.0.0.1:0"}};
  EXPECT_EQ(open.wait(), 1);
  EXPECT_THAT(open.output(), HasSubstr("chmod 600"));
}

TEST(Server, ExplainsItselfAndItsMistakes) {
  child help{{"--help"}};
  EXPECT_EQ(help.wait(), 0);
  EXPECT_THAT(help.output(), HasSubstr("Examples:"));
  child version{{"--version"}};
  EXPECT_EQ(version.wait(), 0);
  EXPECT_THAT(version.output(), HasSubstr("tern-relay "));
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--no-such"},
                                                {"--limit", "rooms"},
                                                {"--limit", "no-such=1"},
                                                {"--durability", "some"},
                                                {"--listen", "127.0.0.1:"},
                                                {"--listen", "::1:7777"},
                                                {"lobby"},
                                                {"--log-level", "loud"}}) {
    child mistaken{wrong};
    EXPECT_EQ(mistaken.wait(), 2) << wrong.back() << ": " << mistaken.output();
    EXPECT_THAT(mistaken.output(), HasSubstr("tern-relay: "));
  }
}

// A disk of 8 MiB of its own for the data, most of it taken, where namespaces are allowed.
surroundings small_disk(const std::filesystem::path& at) {
  return {.before = {"unshare", "-Urm", "sh", "-c",
                     "mount -t tmpfs -o size=8m tmpfs \"$0\" && head -c 6M /dev/zero > \"$0/other\" && exec \"$@\"",
                     at.string()}};
}

// No file may become larger: 1 MB for now, in blocks of 512 bytes.
surroundings small_files() { return {.before = {"sh", "-c", "ulimit -S -f 2000 && exec \"$0\" \"$@\""}}; }

// Refused with a reason while there is no space, read all the same, and committed when there is
// space again; it is one process all the time.
void expect_refusals_while_full(const scratch_folder& data, const surroundings& around,
                                const std::function<void(pid_t)>& make_room) {
  constexpr std::size_t count = 25;
  running_relay relay{data.path(),
                      {"--limit", "key-messages-rate=0", "--limit", "key-bytes-rate=0", "--limit",
                       "prefix-guest-messages-rate=0", "--limit", "prefix-guest-bytes-rate=0"},
                      "127.0.0.1:0",
                      around};
  person anna{1};
  anna.connect(relay);
  for (std::size_t i = 0; i < count; ++i) anna.say("lobby", std::to_string(i) + std::string(100'000, 'x'));
  ASSERT_TRUE(anna.until([&] { return !anna.delays.empty(); }));
  EXPECT_EQ(anna.delays[0].reason.reason, chat::refusal::disk_full);
  EXPECT_GT(anna.delays[0].reason.retry_after, std::chrono::milliseconds{0});
  const std::size_t committed = anna.commits.size();
  EXPECT_GT(committed, 0U);
  EXPECT_LT(committed, count);
  person ben{2};
  ben.connect(relay);
  ben.join("lobby", 100);
  ASSERT_TRUE(ben.until_entries(committed));
  make_room(relay.process().id());
  ASSERT_TRUE(anna.until([&] { return anna.commits.size() == count; }));
  ASSERT_TRUE(ben.until_entries(count));
  for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(text_of(ben.entries[i]).starts_with(std::to_string(i) + 'x'));
  relay.process().signal(SIGTERM);
  EXPECT_EQ(relay.process().wait(), 0) << relay.process().output();
}

TEST(Server, RefusesWithAReasonWhileTheDiskIsFullAndGoesOnWhenItIsNot) {
  const scratch_folder data;
  child probe{{"--version"}, small_disk(data.path())};
  if (probe.wait() != 0) GTEST_SKIP() << "no user namespace with a mount here: " << probe.output();
  expect_refusals_while_full(data, small_disk(data.path()), [&](pid_t relay) {
    // The disk is in the relay's namespace alone.
    const std::string seen_by_relay = "/proc/" + std::to_string(relay) + "/root" + data.path().string();
    EXPECT_TRUE(std::filesystem::remove(seen_by_relay + "/other"));
  });
}

TEST(Server, TakesALimitOfFileSizesForAFullDisk) {
  const scratch_folder data;
  expect_refusals_while_full(data, small_files(), [](pid_t relay) {
    ::rlimit limit{};
    ASSERT_EQ(::prlimit(relay, RLIMIT_FSIZE, nullptr, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ASSERT_EQ(::prlimit(relay, RLIMIT_FSIZE, &limit, nullptr), 0);
  });
}

// A relay on a disk that a test lets fail, or hang.
struct FailingDisk : ::testing::Test {
  scratch_folder data;
  std::filesystem::path trigger = data.path() / "disk-is-failing";
  std::filesystem::path hang = data.path() / "disk-is-failing.hangs";
  running_relay relay{data.path(),
                      {},
                      "127.0.0.1:0",
                      {.variables = {{"LD_PRELOAD", FAILING_SYNC},
                                     {"FAILING_SYNC_TRIGGER", trigger.string()},
                                     // A sanitizer wants to be loaded first; it need not.
                                     {"ASAN_OPTIONS", "verify_asan_link_order=0"}}}};
  person anna{1};

  void SetUp() override {
    anna.connect(relay);
    anna.say("lobby", "kept");
    ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
  }
  // Until it does nothing but wait for the disk.
  void stop_while_the_disk_hangs() {
    std::ofstream{hang} << "now";
    const auto before = anna.counters().datagrams_sent;
    anna.say("lobby", "on its way to the disk");
    ASSERT_TRUE(anna.until([&] { return anna.counters().datagrams_sent > before; }));
    ASSERT_TRUE(relay.process().wait_for("the disk hangs"));
    relay.process().signal(SIGTERM);
    ASSERT_TRUE(anna.until([&] { return anna.closed.has_value(); }));
    ASSERT_TRUE(relay.process().wait_for("flush"));
  }
};

TEST_F(FailingDisk, AcknowledgesNothingAfterAFailedSyncAndStops) {
  std::ofstream{trigger} << "now";
  anna.say("lobby", "not acknowledged");
  ASSERT_TRUE(anna.until([&] { return anna.closed.has_value(); }));
  EXPECT_EQ(relay.process().wait(), 1);
  EXPECT_THAT(relay.process().output(), HasSubstr("storage cannot be trusted"));
  EXPECT_EQ(anna.commits.size(), 1U);
}

TEST_F(FailingDisk, TellsOfASyncThatFailsWhenEveryoneHasGone) {
  stop_while_the_disk_hangs();
  std::ofstream{trigger} << "now";
  std::filesystem::remove(hang);
  EXPECT_EQ(relay.process().wait(), 1);
  EXPECT_THAT(relay.process().output(), HasSubstr("storage cannot be trusted"));
}

TEST_F(FailingDisk, DoesNotKeepASecondSignalWaitingForIt) {
  stop_while_the_disk_hangs();
  relay.process().signal(SIGTERM);
  EXPECT_EQ(relay.process().wait(), 128 + SIGTERM);
}

TEST(Server, LogsAsJsonWhereAskedTo) {
  const scratch_folder data;
  running_relay relay{data.path(), {"--log-format", "json", "--log-level", "debug"}};
  person anna{1};
  anna.connect(relay);
  anna.say("lobby", "a secret plan");
  ASSERT_TRUE(anna.until([&] { return !anna.commits.empty(); }));
  relay.process().signal(SIGTERM);
  EXPECT_EQ(relay.process().wait(), 0);
  EXPECT_THAT(relay.process().output(), HasSubstr(R"("event":"accepted")"));
  EXPECT_THAT(relay.process().output(), Not(HasSubstr("a secret plan")));
}

}  // namespace
}  // namespace tern::relay::testing
