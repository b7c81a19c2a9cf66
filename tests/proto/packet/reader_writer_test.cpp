#include "proto/packet/reader.hpp"
#include "proto/packet/varint.hpp"
#include "proto/packet/writer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tern::proto {
namespace {

bytes varint_octets(std::uint64_t value) {
  bytes out(varint_bytes_max);
  writer into{out};
  into.varint(value);
  out.resize(into.size());
  return out;
}

TEST(Varint, EncodesTheExamplesOfRfc9000) {
  EXPECT_EQ(varint_octets(151'288'809'941'952'652U), (bytes{0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c}));
  EXPECT_EQ(varint_octets(494'878'333U), (bytes{0x9d, 0x7f, 0x3e, 0x7d}));
  EXPECT_EQ(varint_octets(15'293U), (bytes{0x7b, 0xbd}));
  EXPECT_EQ(varint_octets(37U), (bytes{0x25}));
}

TEST(Varint, BoundsOfEachLengthComeBack) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{63}, std::uint64_t{64}, std::uint64_t{16'383}, std::uint64_t{16'384},
        (std::uint64_t{1} << 30) - 1, std::uint64_t{1} << 30, varint_max}) {
    const bytes octets = varint_octets(value);
    EXPECT_EQ(octets.size(), varint_size(value));
    reader in{octets};
    EXPECT_EQ(in.varint(), value);
    EXPECT_TRUE(in.complete());
  }
}

TEST(Varint, AnEncodingThatIsNotTheShortestIsRefused) {
  const bytes two_octets_for_37{0x40, 0x25};  // valid in QUIC
  reader in{two_octets_for_37};
  in.varint();
  EXPECT_TRUE(in.failed());
}

TEST(Reader, FailureSticks) {
  const bytes octets{1, 2, 3};
  reader in{octets};
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_TRUE(in.failed());
  EXPECT_EQ(in.u8(), 0U) << "an octet is there, but the reader has failed";
  EXPECT_TRUE(in.rest().empty());
  EXPECT_FALSE(in.complete());
}

TEST(Reader, ReadsBigEndian) {
  const bytes octets{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  reader in{octets};
  EXPECT_EQ(in.u8(), 0x01U);
  EXPECT_EQ(in.u16(), 0x0203U);
  EXPECT_EQ(in.u32(), 0x04050607U);
  EXPECT_EQ(in.u64(), 0x08090a0b0c0d0e0fU);
  EXPECT_TRUE(in.complete());
}

TEST(Reader, ALengthAboveItsBoundFails) {
  const bytes octets{3, 'a', 'b', 'c'};
  reader strict{octets};
  EXPECT_TRUE(strict.take_prefixed(2).empty());
  EXPECT_TRUE(strict.failed());
  reader wide{octets};
  EXPECT_EQ(as_text(wide.take_prefixed(3)), "abc");
}

TEST(Writer, OverflowSticksAndWritesNothing) {
  bytes out(3, 0xee);
  writer into{out};
  into.u16(0x0102);
  into.u16(0x0304);
  EXPECT_TRUE(into.overflowed());
  into.u8(5);
  EXPECT_EQ(into.size(), 2U);
  EXPECT_EQ(into.remaining(), 0U);
  EXPECT_EQ(out, (bytes{1, 2, 0xee}));
}

RC_GTEST_PROP(Varint, EveryValueComesBack, ()) {
  const auto bits = *rc::gen::inRange(1, 63);
  const std::uint64_t value = *rc::gen::arbitrary<std::uint64_t>() & ((std::uint64_t{1} << bits) - 1);
  const bytes octets = varint_octets(value);
  reader in{octets};
  RC_ASSERT(in.varint() == value);
  RC_ASSERT(in.complete());
}

RC_GTEST_PROP(Varint, WhatIsReadIsWhatWouldBeWritten, (bytes octets)) {
  reader in{octets};
  const std::uint64_t value = in.varint();
  if (in.failed()) return;
  const bytes again = varint_octets(value);
  RC_ASSERT(again.size() + in.remaining() == octets.size());
  RC_ASSERT(std::equal(again.begin(), again.end(), octets.begin()));
}

}  // namespace
}  // namespace tern::proto
