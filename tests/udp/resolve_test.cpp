#include "udp/resolve.hpp"

#include "tests/udp/run.hpp"
#include "udp/socket_address.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

auto resolved(resolve_query query) { return test::run(resolve(std::move(query))); }

TEST(Resolve, LiteralsAreThemselves) {
  const auto v4 = resolved({.host = "127.0.0.1", .service = "7777"});
  ASSERT_TRUE(v4);
  EXPECT_EQ(*v4, std::vector{proto::address::v4(127, 0, 0, 1, 7777)});
  const auto v6 = resolved({.host = "::1", .service = "7777"});
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->front().to_string(), "[::1]:7777");
}

TEST(Resolve, ServiceNamesArePorts) {
  for (const auto protocol : {transport::udp, transport::tcp}) {
    const auto found = resolved({.host = "127.0.0.1", .service = "echo", .protocol = protocol});
    if (!found) GTEST_SKIP() << "no /etc/services here: " << found.error().message();
    EXPECT_EQ(found->front().port, 7);
  }
}

TEST(Resolve, LocalhostIsFoundWhereOnlyLoopbackIsConfigured) {
  const auto found = resolved({.host = "localhost", .service = "1", .protocol = transport::tcp});
  ASSERT_TRUE(found) << found.error().message();
  for (const auto& address : *found) {
    EXPECT_TRUE(address == proto::address::v4(127, 0, 0, 1, 1) || address.to_string() == "[::1]:1");
  }
}

TEST(Resolve, TheFamilyIsKept) {
  const auto found = resolved({.host = "localhost", .service = "1", .family = address_family::v4_only});
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(*found, std::vector{proto::address::v4(127, 0, 0, 1, 1)});
  EXPECT_FALSE(resolved({.host = "127.0.0.1", .service = "1", .family = address_family::v6_only}));
}

TEST(Resolve, NoHostMeansEveryAddressToListenAndLoopbackToConnect) {
  const auto everywhere = resolved({.service = "5", .family = address_family::v4_only, .passive = true});
  ASSERT_TRUE(everywhere);
  EXPECT_EQ(everywhere->front(), any_v4(5));
  const auto here = resolved({.service = "5", .family = address_family::v4_only});
  ASSERT_TRUE(here);
  EXPECT_EQ(here->front(), proto::address::v4(127, 0, 0, 1, 5));
}

TEST(Resolve, AnUnknownServiceIsAnError) { EXPECT_FALSE(resolved({.host = "127.0.0.1", .service = "no-such-thing"})); }

TEST(Resolve, GoesBackToNumbersWhereThereIsNoName) {
  const auto name = test::run(resolve_back(proto::address::v4(127, 0, 0, 1, 64999), transport::udp));
  ASSERT_TRUE(name) << name.error().message();
  EXPECT_FALSE(name->host.empty());
  EXPECT_EQ(name->service, "64999");
}

}  // namespace
}  // namespace tern::udp
