#include "relay/hub/guest_nicks.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

client_key key(std::uint8_t person) {
  client_key made{};
  made.fill(person);
  return made;
}
constexpr proto::time_point start{};

TEST(GuestNicks, AreMarkedAsGuests) {
  EXPECT_EQ(guest_nicks::mark("bob"), "guest-bob");
  EXPECT_EQ(guest_nicks::mark("guest-bob"), "guest-bob");
  EXPECT_FALSE(guest_nicks::mark("guest-"));
  EXPECT_FALSE(guest_nicks::mark("12ab")) << "as a guest with a key is called";
  EXPECT_TRUE(guest_nicks::mark(std::string(26, 'x')));
  EXPECT_FALSE(guest_nicks::mark(std::string(27, 'x')));
}

TEST(GuestNicks, OfTwoWhoAreHereNeverLookAlike) {
  guest_nicks nicks;
  EXPECT_TRUE(nicks.take(key(1), "guest-bob", start));
  EXPECT_FALSE(nicks.take(key(2), "guest-b0b", start));
  EXPECT_TRUE(nicks.take(key(1), "guest-b0b", start)) << "one's own name, spelled otherwise";
  EXPECT_TRUE(nicks.take(key(1), "guest-ben", start));
  EXPECT_TRUE(nicks.take(key(2), "guest-bob", start)) << "given up by the other";
  EXPECT_EQ(*nicks.find(key(1)), "guest-ben");
}

TEST(GuestNicks, AreFreeAtOnceAndStillToldForAMoment) {
  guest_nicks nicks;
  nicks.take(key(1), "guest-bob", start);
  nicks.release(key(1), start);
  EXPECT_TRUE(nicks.take(key(2), "guest-bob", start));
  ASSERT_NE(nicks.find(key(1)), nullptr);
  nicks.release(key(2), start + guest_nicks::farewell);
  EXPECT_EQ(nicks.find(key(1)), nullptr);
}

}  // namespace
}  // namespace tern::relay
