// The file itself: power cuts, kill -9, many processes, damage.
#include "udp/client_file/client_file.hpp"

#include "tests/cli/temporary_folder.hpp"
#include "tests/relay/store/child.hpp"
#include "tests/relay/store/volatile_disk.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <set>
#include <sys/resource.h>
#include <sys/stat.h>

namespace tern {
namespace {

using namespace proto::chat;
using relay::child;
using relay::child_side;
using relay::volatile_disk;

const destination lobby = destination::room("lobby");

store_change kept(outbox_id key, std::uint64_t counter, std::size_t size = 40) {
  const proto::wall_time time{std::chrono::milliseconds{1}};
  return outbox_change{
      message_kept{key, key, lobby, {counter, body_kind::bytes, proto::bytes(size, 'x'), time, time}, message_id{1}}};
}
store_change forgotten(outbox_id key, std::uint64_t counter) { return outbox_change{message_forgotten{key, counter}}; }
store_change shown(std::uint64_t position) {
  return shown_place{lobby, cursor{{1}, proto::log_position{position}, {}}};
}

class ClientFile : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder.path() / "client.db"; }
  std::filesystem::path locks() const { return folder.path() / "client.db.locks"; }
  // What a process that opens the file now finds left behind.
  std::vector<kept_outbox> find_left() const {
    client_file store(file());
    EXPECT_TRUE(store.open({}));
    return store.take_over({}).value_or(std::vector<kept_outbox>{});
  }
  std::size_t count_locks() const {
    std::error_code none;
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(locks(), none), {}));
  }

  cli::temporary_folder folder;
};

TEST_F(ClientFile, IsForItsOwnerOnly) {
  client_file store(file());
  ASSERT_TRUE(store.open({}));
  ASSERT_TRUE(store.apply(std::vector{kept({1}, 0)}));
  struct stat found {};
  ASSERT_EQ(::stat(file().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(locks().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0700U);
}

TEST_F(ClientFile, LeavesNoLocksBehind) {
  {
    client_file killed(file());
    ASSERT_TRUE(killed.open({}));
    ASSERT_TRUE(killed.apply(std::vector{kept({1}, 0)}));
    client_file idle(file());
    ASSERT_TRUE(idle.open({}));
    EXPECT_EQ(count_locks(), 1U) << "who has nothing needs none";
  }
  client_file next(file());
  ASSERT_TRUE(next.open({}));
  ASSERT_EQ(next.take_over({})->size(), 1U);
  EXPECT_EQ(count_locks(), 1U);
  ASSERT_TRUE(next.apply(std::vector{forgotten({1}, 0)}));
  next.close();
  EXPECT_EQ(count_locks(), 0U);
}

// A run of one client, and what it was told to be safe.
struct heard {
  std::set<std::uint64_t> kept;
  std::set<std::uint64_t> forgotten;
  std::uint64_t place = 0;
};
constexpr std::uint64_t run_length = 12;

heard write_some(client_file& store) {
  heard so_far;
  for (std::uint64_t i = 0; i < run_length; ++i) {
    std::vector<store_change> changes{kept({1}, i, i % 4 == 3 ? 9'000 : 40), shown(i + 1)};
    if (i >= 3) changes.push_back(forgotten({1}, i - 3));
    if (!store.apply(changes)) break;
    so_far.kept.insert(i);
    if (i >= 3) so_far.forgotten.insert(i - 3);
    so_far.place = i + 1;
  }
  return so_far;
}

// Why what is there cannot be. The step after the last one that was heard may be there or not.
std::string complaint(client_file& store, const heard& before) {
  if (const auto opened = store.open({}); !opened) return opened.error().text;
  const auto left = store.take_over({});
  if (!left) return left.error().text;
  std::set<std::uint64_t> there;
  for (const kept_outbox& box : *left)
    for (const kept_message& each : box.messages) there.insert(each.counter);
  const std::uint64_t steps = before.kept.size();
  for (const std::uint64_t counter : before.kept) {
    const bool may_be_gone = before.forgotten.contains(counter) || counter + 3 == steps;
    if (!may_be_gone && !there.contains(counter)) return "message " + std::to_string(counter) + " is lost";
  }
  for (const std::uint64_t counter : there) {
    if (before.forgotten.contains(counter)) return "message " + std::to_string(counter) + " is back";
    if (counter > steps) return "a message that nobody kept";
  }
  const auto place = store.place_of(lobby);
  if (!place) return place.error().text;
  const std::uint64_t position = *place ? (*place)->position.value : 0;
  return position == before.place || position == before.place + 1 ? "" : "the place is lost";
}

TEST_F(ClientFile, APowerCutAtAnyMomentLosesNothingThatWasKept) {
  const auto options_on = [](const volatile_disk& disk) { return client_file_options{disk.name(), {}}; };
  std::uint64_t operations = 0;
  {
    volatile_disk disk;
    client_file store(file(), options_on(disk));
    ASSERT_TRUE(store.open({}));
    EXPECT_EQ(write_some(store).kept.size(), run_length);
    operations = disk.operations();
  }
  std::uint64_t states = 0;
  for (std::uint64_t moment = 0; moment < operations; ++moment) {
    for (const double part : {0.0, 0.5, 1.0}) {
      volatile_disk disk;
      disk.cut_before(moment);
      heard before;
      {
        client_file store(file(), options_on(disk));
        if (store.open({})) before = write_some(store);
      }
      proto::random source{moment};
      disk.power_on(part, source);
      client_file after(file(), options_on(disk));
      ASSERT_EQ(complaint(after, before), "") << "before operation " << moment << ", kept " << part;
      ++states;
    }
  }
  std::cout << states << " states after a power cut, " << operations << " moments\n";
}

TEST_F(ClientFile, KillAtAnyMomentLosesNothingThatWasKept) {
  for (int round = 0; round < 20; ++round) {
    const outbox_id key{static_cast<std::uint8_t>(round + 1)};
    child writer{[&](child_side& side) {
      client_file store(file());
      if (!store.open({})) return;
      for (std::uint64_t i = 0; store.apply(std::vector{kept(key, i)}); ++i) side.tell(i + 1);
    }};
    std::uint64_t safe = 0;
    for (int heard_so_far = 0; heard_so_far <= round; ++heard_so_far) safe = writer.hear().value_or(safe);
    writer.kill();
    while (const auto last = writer.hear()) safe = *last;
    const auto left = find_left();
    ASSERT_FALSE(left.empty());
    const auto found = std::ranges::find(left, key, &kept_outbox::key);
    ASSERT_NE(found, left.end());
    EXPECT_GE(found->messages.size(), safe);
    EXPECT_LE(found->messages.size(), safe + 1) << "the one that was being written";
  }
}

TEST_F(ClientFile, ManyProcessesShareIt) {
  constexpr std::uint64_t each = 10;
  std::vector<std::unique_ptr<child>> writers;
  for (std::uint8_t i = 0; i < 12; ++i) {
    writers.push_back(std::make_unique<child>([&, i](child_side& side) {
      client_file store(file());
      if (!store.open({})) return side.tell(1'000);
      for (std::uint64_t counter = 0; counter < each; ++counter)
        if (!store.apply(std::vector{kept({static_cast<std::uint8_t>(i + 1)}, counter), shown(counter)}))
          return side.tell(2'000);
      side.tell(each);
      side.wait();
    }));
  }
  for (auto& writer : writers) EXPECT_EQ(writer->hear(), each);
  EXPECT_TRUE(find_left().empty()) << "all of them live";
  for (auto& writer : writers) writer->kill();
  const auto left = find_left();
  ASSERT_EQ(left.size(), 12U);
  for (const kept_outbox& box : left) EXPECT_EQ(box.messages.size(), each);
}

TEST_F(ClientFile, OfManyOneTakesOver) {
  child writer{[&](child_side& side) {
    client_file store(file());
    if (store.open({}) && store.apply(std::vector{kept({1}, 0)})) side.tell(1);
  }};
  EXPECT_EQ(writer.hear(), 1U);
  EXPECT_EQ(writer.hear(), std::nullopt);
  std::vector<std::unique_ptr<child>> heirs;
  for (int i = 0; i < 8; ++i) {
    heirs.push_back(std::make_unique<child>([&](child_side& side) {
      client_file store(file());
      side.tell(store.open({}) ? store.take_over({}).value_or(std::vector<kept_outbox>(99)).size() : 99);
      side.wait();
    }));
  }
  std::uint64_t taken = 0;
  for (auto& heir : heirs) taken += heir->hear().value_or(99);
  EXPECT_EQ(taken, 1U);
}

TEST_F(ClientFile, ACopyWithoutItsLocksIsReadAsLeftBehind) {
  client_file living(file());
  ASSERT_TRUE(living.open({}));
  ASSERT_TRUE(living.apply(std::vector{kept({1}, 0)}));
  const auto copied = folder.path() / "restored.db";
  std::filesystem::copy_file(file(), copied);
  client_file other(copied);
  ASSERT_TRUE(other.open({}));
  const auto left = other.take_over({});
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->front().id, outbox_id{1}) << "under the same keys, so that it is committed once";
}

TEST_F(ClientFile, AnotherProcessIsWaitedForButNotForEver) {
  client_file first(file());
  client_file second(file(), {.vfs = {}, .patience = std::chrono::milliseconds{20}});
  ASSERT_TRUE(first.open({}));
  ASSERT_TRUE(second.open({}));
  std::atomic<bool> is_hurried = false;
  udp::database other(file().string(), "", {}, is_hurried);
  {
    udp::transaction long_one(other);
    const auto refused = second.apply(std::vector{kept({1}, 0)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text, "cannot write " + file().string() + ": database is locked");
    first.hurry();
    EXPECT_FALSE(first.apply(std::vector{kept({2}, 0)})) << "or it would wait ten seconds";
  }
  EXPECT_TRUE(second.apply(std::vector{kept({1}, 0)}));
}

TEST_F(ClientFile, SaysWhatIsWrongAndTouchesNothing) {
  const std::string nonsense(5'000, 'x');
  std::ofstream(file()) << nonsense;
  client_file damaged(file());
  const auto opened = damaged.open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().text,
            "cannot open " + file().string() +
                ": file is not a database (it is damaged; where it is moved away a new one is made)");
  std::string now;
  std::getline(std::ifstream(file()), now);
  EXPECT_EQ(now, nonsense);

  client_file nowhere(file() / "below a file" / "client.db");
  EXPECT_FALSE(nowhere.open({}));

  std::filesystem::remove(file());
  {
    client_file store(file());
    ASSERT_TRUE(store.open({}));
    std::atomic<bool> is_hurried = false;
    udp::database(file().string(), "", {}, is_hurried).execute("PRAGMA user_version = 99");
  }
  client_file from_the_future(file());
  EXPECT_NE(from_the_future.open({}).error().text.find("newer version"), std::string::npos);
}

TEST_F(ClientFile, AFullDiskIsToldAndNothingIsHalfWritten) {
  child writer{[&](child_side& side) {
    client_file store(file());
    if (!store.open({}) || !store.apply(std::vector{kept({1}, 0)})) return side.tell(99);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    std::uint64_t stored = 1;
    while (store.apply(std::vector{kept({1}, stored, 10'000), kept({1}, stored + 1, 10'000)})) stored += 2;
    side.tell(stored);
  }};
  const auto stored = writer.hear();
  ASSERT_TRUE(stored && *stored > 1 && *stored < 20);
  EXPECT_EQ(writer.hear(), std::nullopt);
  const auto left = find_left();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].messages.size(), *stored);
}

}  // namespace
}  // namespace tern
