// How long the keys of a connection are used.
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

struct serving {
  explicit serving(const endpoint_config& client) : link(1, 25ms, client) {
    handle = link.connect();
    link.run_until([&] { return pair::find<validated>(link.relay_events()) != nullptr; });
    link.client().keep_alive(handle, true, link.now());
  }
  std::size_t told() { return pair::count<outworn>(link.client_events()); }
  pair link;
  connection_handle handle;
};

TEST(Lifetime, AfterADayAConnectionIsOutwornAndServesOn) {
  serving day{{}};
  day.link.run_for(24h - 1min);
  EXPECT_EQ(day.told(), 0U);
  day.link.run_for(2min);
  EXPECT_EQ(day.told(), 1U);
  day.link.run_for(3h);
  EXPECT_EQ(day.told(), 1U);
  EXPECT_EQ(pair::count<closed>(day.link.client_events()), 0U);
  EXPECT_EQ(pair::count<outworn>(day.link.relay_events()), 0U) << "the client sees to it";
}

TEST(Lifetime, AfterSoManyPacketsAConnectionIsOutworn) {
  endpoint_config config;
  config.connection_packets_max = 10'000;
  serving busy{config};
  for (int i = 0; i < 400 && busy.told() == 0; ++i) {
    ASSERT_TRUE(busy.link.client().send(busy.handle, ordered_lane, bytes(100'000), {}, busy.link.now()));
    busy.link.run_for(1s);
    while (busy.link.relay().receive(*busy.link.accepted_handle(), busy.link.now())) {
    }
  }
  EXPECT_EQ(busy.told(), 1U);
  EXPECT_LT(busy.link.now(), time_point{2h});
}

TEST(Lifetime, MoreForgedPacketsThanTheKeysAreGoodForEndIt) {
  endpoint_config config;
  config.forged_packets_max = 20;
  serving victim{config};
  bytes from_relay;
  ASSERT_TRUE(victim.link.relay().send(*victim.link.accepted_handle(), ordered_lane, text("x"), {}, victim.link.now()));
  victim.link.run_for(1s);
  for (const auto& each : victim.link.wire())
    if (!each.from_client && each.datagram.front() == 0x80) from_relay = each.datagram;
  ASSERT_FALSE(from_relay.empty());
  from_relay[12] ^= 0x40U;  // another number, so it is not taken for a repetition
  for (int i = 0; i < 19; ++i) victim.link.inject_to_client(from_relay);
  victim.link.drain();
  EXPECT_EQ(pair::count<closed>(victim.link.client_events()), 0U);
  victim.link.inject_to_client(from_relay);
  victim.link.run_for(1s);
  EXPECT_EQ(pair::count<closed>(victim.link.client_events()), 1U);
}

}  // namespace
}  // namespace tern::proto
