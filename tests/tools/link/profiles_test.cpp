#include "tools/link/model/profiles.hpp"

#include "tests/tools/link/traffic.hpp"

#include <gtest/gtest.h>
#include <set>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

TEST(Profiles, AreFoundByName) {
  for (const profile& one : profiles()) EXPECT_EQ(find_profile(one.name), &one);
  EXPECT_EQ(find_profile("carrier_pigeon"), nullptr);
}

TEST(Profiles, HaveDistinctNamesAndADescription) {
  std::set<std::string_view> names;
  for (const profile& one : profiles()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_FALSE(one.description.empty()) << one.name;
  }
}

TEST(Profiles, EachCarriesASparseConversation) {
  for (const profile& one : profiles()) {
    for (const impairments* direction : {&one.up, &one.down}) {
      const auto trace = run(*direction, 31, {.packets = 500, .interval = 200ms, .size = 100});
      EXPECT_GE(trace.size(), 300U) << one.name;
      for (const seen& packet : trace) {
        ASSERT_GE(packet.at - (epoch + 200ms * static_cast<duration::rep>(packet.tag)), direction->delay) << one.name;
      }
    }
  }
}

TEST(Profiles, TheInteropLinkIsTheOneOfTheRunner) {
  const profile* interop = find_profile("interop");
  ASSERT_NE(interop, nullptr);
  EXPECT_EQ(interop->up.delay, 15ms);
  EXPECT_EQ(interop->down.rate.bits_per_second, 10'000'000U);
  EXPECT_EQ(interop->down.rate.queue_packets, 25U);
}

}  // namespace
}  // namespace tern::link_model
