// One call of the disk goes wrong, each in turn: it fails, a read is short, a write is torn.
// Whatever was acknowledged is there afterwards. Damage that comes while no relay runs is told.
#include "tests/relay/store/acknowledged_run.hpp"

#include <iostream>
#include <stdexcept>

namespace tern::relay {
namespace {

using failure = volatile_disk::failure;

// Its whole name is the working folder's business.
std::vector<std::uint8_t>& log_on(volatile_disk& disk, const std::string& ending = "") {
  for (auto& [name, file] : disk.files()) {
    if (name.ends_with("/log.db" + ending)) return file.content;
  }
  throw std::runtime_error{"no log"};
}

std::uint64_t calls_of_a_run() {
  volatile_disk disk;
  EXPECT_EQ(run_on(disk).size(), messages_of_a_run);
  return disk.calls();
}

// What a run with that failure acknowledged; afterwards the disk is well.
acknowledgements run_with(volatile_disk& disk, std::uint64_t call, failure how) {
  disk.fail(call, how);
  return run_on(disk);
}

// Opening says so, or verifying does.
bool is_told(const volatile_disk& disk) {
  const auto opened = sqlite_store::open("log.db", options_on(disk));
  return !opened || (*opened)->verify().damages_found > 0;
}

void expect_everything_acknowledged(failure how) {
  const std::uint64_t calls = calls_of_a_run();
  std::uint64_t ended_early = 0;
  for (std::uint64_t call = 0; call < calls; ++call) {
    volatile_disk disk;
    const acknowledgements heard = run_with(disk, call, how);
    ended_early += heard.size() < messages_of_a_run ? 1U : 0U;
    ASSERT_EQ(complaint(disk, heard), "") << "at call " << call;
  }
  EXPECT_GT(ended_early, calls / 4) << "the failures were seen";
}

TEST(IoFault, OfAnyCallLosesNothingAcknowledged) { expect_everything_acknowledged(failure::error); }

TEST(IoFault, OfHalfACallLosesNothingAcknowledged) { expect_everything_acknowledged(failure::half); }

// A bit of the file turns over while no relay runs.
TEST(IoFault, OfOneBitIsToldOrDoesNoHarm) {
  volatile_disk disk;
  const acknowledgements heard = run_on(disk);
  const auto sound = disk.files();
  const std::size_t size = log_on(disk).size();
  proto::random source{99};
  std::uint64_t told = 0;
  constexpr std::uint64_t tries = 400;
  for (std::uint64_t i = 0; i < tries; ++i) {
    disk.files() = sound;
    const std::size_t at = source.below(size);
    log_on(disk)[at] ^= static_cast<std::uint8_t>(1U << source.below(8));
    const bool is_damaged = is_told(disk);
    told += is_damaged ? 1U : 0U;
    if (!is_damaged) {
      ASSERT_EQ(complaint(disk, heard), "") << "octet " << at << ", try " << i;
    }
  }
  std::cout << told << " of " << tries << " flipped bits were told, the others were in nothing that counts\n";
  EXPECT_GT(told, tries / 10);
}

// Ten commits, one message each, and a kill: all of it is in the write-ahead log.
void fill_journal(volatile_disk& disk) {
  sqlite_options options;
  options.vfs = disk.name();
  const auto opened = sqlite_store::open("log.db", options);
  for (std::uint64_t counter = 0; counter < 10; ++counter) commit_one(**opened, numbered(counter));
  disk.cut_before(disk.operations());
}

// A bit of what a killed relay left. A torn last commit is what a power cut leaves; everything
// before that was on the disk.
TEST(IoFault, OfOneBitOfTheJournalDropsNoCommitSilently) {
  volatile_disk disk;
  fill_journal(disk);
  disk.start_process();
  const auto sound = disk.files();
  proto::random source{7};
  std::uint64_t told = 0;
  constexpr std::uint64_t tries = 300;
  for (std::uint64_t i = 0; i < tries; ++i) {
    disk.files() = sound;
    auto& journal = log_on(disk, "-wal");
    const std::size_t at = source.below(journal.size());
    journal[at] ^= static_cast<std::uint8_t>(1U << source.below(8));
    const auto damaged = journal;
    const auto opened = sqlite_store::open("log.db", options_on(disk));
    if (!opened) {
      ++told;
      ASSERT_NE(opened.error().what.find("write-ahead log is damaged"), std::string::npos) << opened.error().what;
      ASSERT_EQ(log_on(disk, "-wal"), damaged) << "what is damaged is left as it is";
      continue;
    }
    ASSERT_GE(read_all(**opened).rows.size(), 9U) << "octet " << at;
  }
  EXPECT_GT(told, tries / 2);

  disk.files() = sound;
  log_on(disk, "-wal")[100] ^= 1U;
  EXPECT_FALSE(sqlite_store::open("log.db", options_on(disk)));
  EXPECT_TRUE(sqlite_store::open("log.db", options_on(disk, durability::relaxed))) << "it is the operator's choice";
}

}  // namespace
}  // namespace tern::relay
