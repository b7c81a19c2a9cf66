#include "proto/address.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

address v6(std::initializer_list<unsigned> groups, std::uint16_t port) {
  address result;
  std::size_t i = 0;
  for (const unsigned group : groups) {
    result.ip[i++] = static_cast<std::uint8_t>(group >> 8U);
    result.ip[i++] = static_cast<std::uint8_t>(group & 0xffU);
  }
  result.port = port;
  return result;
}

TEST(Address, PrintsIPv4WithoutBrackets) { EXPECT_EQ(address::v4(127, 0, 0, 1, 7777).to_string(), "127.0.0.1:7777"); }

TEST(Address, PrintsIPv6AsRfc5952Says) {
  EXPECT_EQ(v6({0, 0, 0, 0, 0, 0, 0, 1}, 7).to_string(), "[::1]:7");
  EXPECT_EQ(v6({0, 0, 0, 0, 0, 0, 0, 0}, 7).to_string(), "[::]:7");
  EXPECT_EQ(v6({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}, 7).to_string(), "[2001:db8:0:1:1:1:1:1]:7");
  EXPECT_EQ(v6({0x2001, 0, 0, 1, 0, 0, 0, 1}, 7).to_string(), "[2001:0:0:1::1]:7");
  EXPECT_EQ(v6({0xfe80, 0, 0, 0, 0, 0, 0, 0}, 7).to_string(), "[fe80::]:7");
}

TEST(Address, LimitsCountIPv6BySlash64AndIPv4ByAddress) {
  EXPECT_EQ(v6({0x2001, 0xdb8, 1, 2, 3, 4, 5, 6}, 1).limit_prefix(),
            v6({0x2001, 0xdb8, 1, 2, 9, 9, 9, 9}, 2).limit_prefix());
  EXPECT_NE(v6({0x2001, 0xdb8, 1, 2, 0, 0, 0, 1}, 1).limit_prefix(),
            v6({0x2001, 0xdb8, 1, 3, 0, 0, 0, 1}, 1).limit_prefix());
  EXPECT_EQ(address::v4(10, 0, 0, 1, 1).limit_prefix(), address::v4(10, 0, 0, 1, 2).limit_prefix());
  EXPECT_NE(address::v4(10, 0, 0, 1, 1).limit_prefix(), address::v4(10, 0, 0, 2, 1).limit_prefix());
}

}  // namespace
}  // namespace tern::proto
