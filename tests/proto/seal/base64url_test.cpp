#include "proto/seal/base64url.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

TEST(Base64url, UsesTheUrlAlphabetWithoutPadding) {
  const byte_array<4> data{0xfb, 0xff, 0xbf, 0x01};
  EXPECT_EQ(to_base64url(data), "-_-_AQ");
  EXPECT_EQ(to_base64url({}), "");
}

TEST(Base64url, EverySizeComesBack) {
  test::seeded_entropy source{5};
  for (std::size_t size = 0; size < 70; ++size) {
    bytes data(size);
    source.fill(data);
    EXPECT_EQ(from_base64url(to_base64url(data)), data);
  }
}

TEST(Base64url, IsStrict) {
  EXPECT_FALSE(from_base64url("AQ=="));
  EXPECT_FALSE(from_base64url("A"));
  EXPECT_FALSE(from_base64url("+/+/"));
  EXPECT_FALSE(from_base64url("AR"));  // the unused bits are not zero
  EXPECT_FALSE(from_base64url("AQ\n"));
  EXPECT_FALSE(from_base64url("A Q"));
  EXPECT_FALSE(from_base64url(std::string_view{"AQ\0", 3}));
}

TEST(Base64url, AnArrayHasItsSizeOrIsNothing) {
  EXPECT_TRUE(array_from_base64url<3>("AAAA"));
  EXPECT_FALSE(array_from_base64url<4>("AAAA"));
  EXPECT_FALSE(array_from_base64url<2>("AAAA"));
}

}  // namespace
}  // namespace tern::proto
