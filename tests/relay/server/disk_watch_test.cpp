#include "relay/server/disk_watch.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

// A disk that counts how often it was looked at, and a store that has not got round to its errands.
struct world {
  std::uint64_t looks = 0;
  std::vector<errand> errands;
  bool takes_errands = true;
  net::io_context loop;
  disk_watch watch{loop.get_executor(),
                   [this] { return data_folder::usage{.log_bytes = ++looks, .journal_bytes = 0, .free_bytes = 0}; },
                   [this](errand wanted) {
                     if (takes_errands) errands.push_back(std::move(wanted));
                     return takes_errands;
                   },
                   std::chrono::milliseconds{1}};
};

TEST(DiskWatch, LooksWhereItIsSentAndOneAtATime) {
  world it;
  EXPECT_EQ(it.watch.latest().log_bytes, 1U) << "at the start";
  it.watch.start();
  EXPECT_EQ(it.loop.run(), 1U) << "nothing else is due until the store has looked";
  ASSERT_EQ(it.errands.size(), 1U);
  EXPECT_EQ(it.looks, 1U) << "the loop itself does not look";
  it.errands.back().act();
  EXPECT_EQ(it.watch.latest().log_bytes, 1U);
  it.loop.restart();
  it.loop.poll();
  EXPECT_EQ(it.watch.latest().log_bytes, 2U);
}

TEST(DiskWatch, GoesOnWhereAnErrandIsNotTaken) {
  world it;
  it.takes_errands = false;
  it.watch.start();
  it.loop.run_one();
  it.takes_errands = true;
  it.loop.run_one();
  EXPECT_EQ(it.errands.size(), 1U);
}

}  // namespace
}  // namespace tern::relay
