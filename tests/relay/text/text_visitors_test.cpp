#include "relay/server/text_visitors.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

constexpr proto::time_point start{};
const proto::address here = proto::address::v4(10, 0, 0, 1, 1);
const proto::address elsewhere = proto::address::v4(10, 0, 0, 2, 1);

struct doors {
  explicit doors(const text_limits& limits) : visitors(limits, proto::keyed_hash{{}}, counters) {}
  text_counters counters;
  text_visitors visitors;
};

TEST(TextVisitors, OfOneAddressAreLimitedAndOthersNotByThat) {
  doors at{{.prefix_connections_max = 2}};
  EXPECT_FALSE(at.visitors.enter(here, start));
  EXPECT_FALSE(at.visitors.enter(here, start));
  EXPECT_TRUE(at.visitors.enter(here, start));
  EXPECT_FALSE(at.visitors.enter(elsewhere, start));
  at.visitors.leave(here, start);
  EXPECT_FALSE(at.visitors.enter(here, start));
  EXPECT_EQ(at.counters.prefix_refused, 1U);
}

TEST(TextVisitors, AreLimitedInAll) {
  doors at{{.connections_max = 1}};
  EXPECT_FALSE(at.visitors.enter(here, start));
  EXPECT_TRUE(at.visitors.enter(elsewhere, start));
  EXPECT_EQ(at.counters.refused, 1U);
}

TEST(TextVisitors, WhoComeTooOftenWait) {
  doors at{{.prefix_visits_rate = 1, .prefix_visits_burst = 2}};
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(at.visitors.enter(here, start));
    at.visitors.leave(here, start);
  }
  EXPECT_TRUE(at.visitors.enter(here, start));
  EXPECT_FALSE(at.visitors.enter(here, start + std::chrono::seconds{1}));
}

TEST(TextVisitors, OfOneAddressShareTheRateOfTheirMessages) {
  doors at{{.prefix_messages_rate = 10, .prefix_messages_burst = 1}};
  at.visitors.enter(here, start);
  at.visitors.enter(here, start);
  at.visitors.enter(elsewhere, start);
  EXPECT_EQ(at.visitors.take_message(here, start).count(), 0);
  EXPECT_GT(at.visitors.take_message(here, start).count(), 0);
  EXPECT_EQ(at.visitors.take_message(elsewhere, start).count(), 0);
  EXPECT_EQ(at.visitors.take_message(here, start + std::chrono::milliseconds{100}).count(), 0);
}

TEST(TextVisitors, AreRememberedForNoMoreAddressesThanTheMaximum) {
  doors at{{.prefix_visits_rate = 1, .prefix_visits_burst = 1}};
  const auto visit = [&](std::size_t number) {
    const auto octet = [&](unsigned place) { return static_cast<std::uint8_t>(number >> place); };
    const auto from = proto::address::v4(10, octet(16), octet(8), octet(0), 1);
    const bool is_in = !at.visitors.enter(from, start);
    if (is_in) at.visitors.leave(from, start);
    return is_in;
  };
  for (std::size_t i = 0; i <= text_prefixes_remembered_max; ++i) EXPECT_TRUE(visit(i));
  EXPECT_EQ(at.counters.prefix_forgotten, 1U);
  EXPECT_TRUE(visit(0));
  EXPECT_FALSE(visit(text_prefixes_remembered_max));
}

}  // namespace
}  // namespace tern::relay
