#include "proto/stream/stream_reader.hpp"

#include "proto/random.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

bytes stream_of(std::initializer_list<std::size_t> sizes, bool with_preface = true) {
  bytes octets;
  if (with_preface) octets.assign(stream_preface.begin(), stream_preface.end());
  std::uint8_t fill = 1;
  for (const std::size_t size : sizes) {
    octets.push_back(static_cast<std::uint8_t>(size >> 8U));
    octets.push_back(static_cast<std::uint8_t>(size));
    octets.insert(octets.end(), size, fill++);
  }
  return octets;
}

// Feeds the octets in pieces of at most `piece`. Returns the sizes of the packets, length fields aside.
std::vector<std::size_t> read(stream_reader& reader, bytes octets, std::size_t piece) {
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    mutable_byte_view input = mutable_byte_view{octets}.subspan(at, std::min(piece, octets.size() - at));
    while (const auto packet = reader.next(input)) {
      const std::size_t length = std::size_t{(*packet)[0]} << 8U | (*packet)[1];
      EXPECT_EQ(packet->size(), stream_length_bytes + length);
      for (const std::uint8_t octet : packet->subspan(stream_length_bytes)) EXPECT_EQ(octet, sizes.size() + 1);
      sizes.push_back(length);
    }
  }
  return sizes;
}

TEST(StreamReader, FindsThePacketsHoweverTheyAreCut) {
  const std::vector<std::size_t> expected{1, 200, 3, 1472};
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 100U, 5000U}) {
    stream_reader reader{true};
    EXPECT_EQ(read(reader, stream_of({1, 200, 3, 1472}), piece), expected) << piece;
    EXPECT_EQ(reader.failed(), stream_reader::failure::none);
    EXPECT_FALSE(reader.is_inside_packet());
  }
}

TEST(StreamReader, AWholePacketIsNotCopied) {
  stream_reader reader{false};
  bytes octets = stream_of({10}, false);
  mutable_byte_view input{octets};
  EXPECT_EQ(reader.next(input)->data(), octets.data());
  EXPECT_EQ(reader.held_bytes(), 0U);
}

TEST(StreamReader, ALengthOfZeroOrAboveTheBoundIsFinal) {
  for (const bytes& octets : {bytes{0, 0}, bytes{0x05, 0xc1, 1, 2, 3}, bytes{0xff, 0xff}}) {
    for (const std::size_t piece : {1U, 100U}) {
      stream_reader reader{false};
      EXPECT_TRUE(read(reader, octets, piece).empty());
      EXPECT_EQ(reader.failed(), stream_reader::failure::bad_length);
      EXPECT_TRUE(read(reader, stream_of({1}, false), 100).empty()) << "nothing is read behind it";
      EXPECT_LE(reader.held_bytes(), 16U) << "and nothing kept for it";
    }
  }
}

TEST(StreamReader, TheGreatestLengthIsTakenOnceAllowed) {
  stream_reader reader{false};
  reader.allow(stream_packet_bytes_max);
  EXPECT_EQ(read(reader, stream_of({0xffff, 1}, false), 1000), (std::vector<std::size_t>{0xffff, 1}));
  EXPECT_LE(reader.held_bytes(), 4096U) << "the memory for it is given back";
}

TEST(StreamReader, HoldsNoMoreThanThePacketAndOnlyAsItArrives) {
  stream_reader reader{false};
  reader.allow(stream_packet_bytes_max);
  bytes octets = stream_of({0xffff}, false);
  octets.pop_back();
  EXPECT_TRUE(read(reader, {octets.begin(), octets.begin() + 1000}, 1).empty());
  EXPECT_LE(reader.held_bytes(), 2048U);
  EXPECT_TRUE(read(reader, {octets.begin() + 1000, octets.end()}, 1448).empty());
  EXPECT_TRUE(reader.is_inside_packet());
  EXPECT_LE(reader.held_bytes(), stream_length_bytes + stream_packet_bytes_max);
}

TEST(StreamReader, WhatBeginsOtherwiseIsForeign) {
  for (const std::string_view greeting : {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH", "\x16\x03\x01", "\x80\x2e\x01",
                                          "PRI * HTTP/2.0", "\xb8TRX", "hello"}) {
    for (const std::size_t piece : {1U, 100U}) {
      stream_reader reader{true};
      EXPECT_TRUE(read(reader, {greeting.begin(), greeting.end()}, piece).empty());
      EXPECT_EQ(reader.failed(), stream_reader::failure::foreign) << greeting;
    }
  }
}

TEST(StreamReader, AnUnfinishedPrefaceSaysNothingYet) {
  stream_reader reader{true};
  EXPECT_TRUE(read(reader, {0xb8, 0x54, 0x52}, 1).empty());
  EXPECT_EQ(reader.failed(), stream_reader::failure::none);
}

}  // namespace
}  // namespace tern::proto
