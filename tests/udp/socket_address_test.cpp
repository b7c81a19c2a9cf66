#include "udp/socket_address.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

proto::address link_local() {
  auto address = any_v6(4040);
  address.ip[0] = 0xfe;
  address.ip[1] = 0x80;
  address.ip[15] = 9;
  address.scope = 3;
  return address;
}

TEST(SocketAddress, ComesBackFromTheSystemsForm) {
  const auto v4 = proto::address::v4(192, 0, 2, 1, 65535);
  EXPECT_EQ(socket_address(v4, socket_family::v4).to_address(), v4);
  EXPECT_EQ(socket_address(v4, socket_family::v6).to_address(), v4);
  EXPECT_EQ(socket_address(link_local(), socket_family::v6).to_address(), link_local());
}

TEST(SocketAddress, HasTheFamilyThatTheSocketNeeds) {
  const auto v4 = proto::address::v4(192, 0, 2, 1, 1);
  EXPECT_EQ(socket_address(v4, socket_family::v4).data()->sa_family, AF_INET);
  EXPECT_EQ(socket_address(v4, socket_family::v4).size(), sizeof(sockaddr_in));
  EXPECT_EQ(socket_address(v4, socket_family::v6).data()->sa_family, AF_INET6);
  EXPECT_EQ(socket_address(v4, socket_family::v6).size(), sizeof(sockaddr_in6));
}

TEST(SocketAddress, AnotherFamilyIsAllZero) {
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_EQ(to_address(&other), proto::address{});
}

}  // namespace
}  // namespace tern::udp
