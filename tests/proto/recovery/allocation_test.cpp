// The hot path takes no memory: counted at operator new, which this file replaces for the
// whole test program.
#include "proto/recovery/ack_tracker.hpp"
#include "tests/proto/recovery/sender.hpp"

#include <cstdlib>
#include <deque>
#include <gtest/gtest.h>
#include <new>

namespace {
std::size_t allocations = 0;
}

// Not inlined: g++ would see new end in free() and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tern::proto {
namespace {

TEST(Allocation, ASteadyStreamWithLossTakesNoMemory) {
  testing::sender s;
  ack_tracker tracker;
  std::size_t before = 0;
  for (std::int64_t now = 0; now < 20'000; ++now) {
    if (now == 10'000) before = allocations;
    const std::uint64_t number = s.send(now);
    if (number % 10 != 3 && number > 50) tracker.on_received(testing::at(now), packet_number{number - 50}, true, false);
    if (!tracker.due(testing::at(now))) continue;
    ASSERT_TRUE(s.recovery.on_ack(testing::at(now), tracker.make(testing::at(now)), s.outcome));
    tracker.on_sent(testing::at(now));
  }
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_GT(s.recovery.statistics().packets_lost, 1000U);
}

}  // namespace
}  // namespace tern::proto
