// The power fails before each single write and sync of a run: whatever was acknowledged
// is there afterwards, once, in its place.
#include "relay/store/sqlite/sqlite_store.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/volatile_disk.hpp"

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

namespace tern::relay {
namespace {

using acknowledgements = std::map<std::uint64_t, append_result>;  // by counter

append_request numbered(std::uint64_t counter) {
  append_request request = say(counter, "message " + std::to_string(counter));
  if (counter % 5 == 4) request.body.resize(6'000, 'x');  // more than a page
  request.floor = counter < 6 ? 0 : counter - 6;
  // A day and a bit each, so that retention has something to do.
  request.commit_time = noon + std::chrono::hours{25} * static_cast<int>(counter);
  return request;
}

sqlite_options options_on(const volatile_disk& disk, durability level) {
  sqlite_options options;
  options.vfs = disk.name();
  options.level = level;
  options.checkpoint_pages = 12;
  options.keep.rows_max = 15;
  return options;
}

constexpr std::uint64_t messages = 24;

// Groups of one to three until the end, or until the power fails.
acknowledgements run(const volatile_disk& disk, durability level) {
  acknowledgements heard;
  const auto opened = sqlite_store::open("log.db", options_on(disk, level));
  for (std::uint64_t counter = 0; opened && counter < messages;) {
    std::vector<append_request> batch;
    for (std::uint64_t i = counter % 3; i < 3 && counter < messages; ++i) batch.push_back(numbered(counter++));
    const auto results = (*opened)->commit(batch);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].status == append_status::committed) heard[batch[i].counter] = results[i];
    }
    (*opened)->maintain(batch.back().commit_time);
  }
  return heard;
}

// Why what is on the disk cannot be; empty if it can.
std::string complaint(const volatile_disk& disk, durability level, const acknowledgements& heard) {
  const auto opened = sqlite_store::open("log.db", options_on(disk, level));
  if (!opened) return opened.error().what;
  store& log = **opened;
  if (const auto report = log.verify(); report.damages_found > 0) return report.damages[0].what;
  const auto read = read_all(log);
  std::set<proto::bytes> bodies;
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    if (read.rows[i].position != read.first.plus(i)) return "a hole in the log";
    if (!bodies.insert(read.rows[i].body).second) return "a message twice";
  }
  for (const auto& [counter, result] : heard) {
    if (result.position < read.first) continue;  // retention took it
    const std::uint64_t at = result.position.since(read.first);
    if (at >= read.rows.size()) return "message " + std::to_string(counter) + " is lost";
    if (read.rows[at].body != numbered(counter).body) return "another message in its place";
  }
  if (heard.empty()) return "";
  const auto again = commit_one(log, numbered(heard.rbegin()->first));
  if (again.status != append_status::duplicate) return "the last one is not known any more";
  return again.position == heard.rbegin()->second.position ? "" : "the last one is known elsewhere";
}

std::uint64_t operations_of_a_run(durability level) {
  volatile_disk disk;
  EXPECT_EQ(run(disk, level).size(), messages);
  return disk.operations();
}

std::string cut_and_look(durability level, std::uint64_t before, double kept, std::uint64_t seed) {
  volatile_disk disk;
  disk.cut_before(before);
  const acknowledgements heard = run(disk, level);
  proto::random source{seed};
  disk.power_on(kept, source);
  return complaint(disk, level, heard);
}

// Rounds over all moments; more by TERN_POWER_CUT_ROUNDS, for a soak.
std::uint64_t rounds() {
  const char* asked = std::getenv("TERN_POWER_CUT_ROUNDS");
  return asked == nullptr ? 1 : std::stoull(asked);
}

TEST(PowerCut, NothingAcknowledgedIsLostOrTwiceAtAnyMoment) {
  const std::uint64_t operations = operations_of_a_run(durability::strict);
  std::uint64_t states = 0;
  for (std::uint64_t round = 0; round < rounds(); ++round) {
    for (std::uint64_t before = 0; before < operations; ++before) {
      for (const double kept : {0.0, 0.5, 0.9, 1.0}) {
        const std::uint64_t seed = round * 1'000'000 + before;
        ASSERT_EQ(cut_and_look(durability::strict, before, kept, seed), "")
            << "before operation " << before << ", kept " << kept << ", seed " << seed;
        ++states;
      }
    }
  }
  std::cout << states << " states after a power cut, " << operations << " moments\n";
}

// The test can fail: without the sync of each commit it does.
TEST(PowerCut, SeesThatRelaxedDurabilityLosesTheLastMoments) {
  const std::uint64_t operations = operations_of_a_run(durability::relaxed);
  std::uint64_t lossy = 0;
  for (std::uint64_t before = 0; before < operations; ++before) {
    const std::string found = cut_and_look(durability::relaxed, before, 0.0, before);
    lossy += found.empty() ? 0U : 1U;
    EXPECT_TRUE(found.empty() || found.find("lost") != std::string::npos ||
                found.find("not known") != std::string::npos)
        << "before operation " << before << ": " << found;
  }
  EXPECT_GT(lossy, operations / 10);
}

}  // namespace
}  // namespace tern::relay
