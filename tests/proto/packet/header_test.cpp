#include "proto/packet/header.hpp"

#include "proto/packet/reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tern::proto {
namespace {

const connection_id some_cid{{1, 2, 3, 4, 5, 6, 7, 8}};

template <class Header>
bytes encoded(const Header& header) {
  bytes out(2'000);
  writer into{out};
  EXPECT_TRUE(append(into, header));
  out.resize(into.size());
  return out;
}

template <class Header>
Header decoded(byte_view datagram) {
  const auto header = decode_header(datagram);
  EXPECT_TRUE(header.has_value());
  return header ? std::get<Header>(*header) : Header{};
}

packet_error error_of(byte_view datagram) {
  const auto header = decode_header(datagram);
  EXPECT_FALSE(header.has_value());
  return header ? packet_error{} : header.error();
}

TEST(Header, HelloIsPaddedToTheLeastSize) {
  const bytes hello = encoded(hello_header{some_cid});
  EXPECT_EQ(hello.size(), handshake_datagram_bytes_min);
  EXPECT_EQ(decoded<hello_header>(hello).client_cid, some_cid);
}

TEST(Header, HelloBelowTheLeastSizeIsRefused) {
  bytes hello = encoded(hello_header{some_cid});
  hello.pop_back();
  EXPECT_EQ(error_of(hello), packet_error::too_short);
}

TEST(Header, HelloHidesNothingInItsPadding) {
  bytes hello = encoded(hello_header{some_cid});
  hello.back() = 1;
  EXPECT_EQ(error_of(hello), packet_error::malformed);
}

TEST(Header, RetryCarriesTokenAndKeyInAtMost120Octets) {
  const bytes token(token_bytes_max, 0x77);
  retry_header retry{some_cid, token, {}, {}};
  retry.relay_key.fill(9);
  retry.check.fill(8);
  const bytes packet = encoded(retry);
  EXPECT_EQ(packet.size(), retry_bytes_max);
  const auto back = decoded<retry_header>(packet);
  EXPECT_TRUE(std::ranges::equal(back.token, token));
  EXPECT_EQ(back.relay_key, retry.relay_key);
  EXPECT_EQ(back.check, retry.check);
  EXPECT_EQ(back.client_cid, some_cid);
}

TEST(Header, RetryWithSomethingBehindItIsRefused) {
  bytes packet = encoded(retry_header{some_cid, {}, {}, {}});
  packet.push_back(0);
  EXPECT_EQ(error_of(packet), packet_error::malformed);
}

TEST(Header, InitialCarriesTokenAndNoiseMessage) {
  const bytes token{1, 2, 3};
  const bytes noise(1'200, 0x44);
  const bytes packet = encoded(initial_header{suite::nk, some_cid, token, noise});
  const auto back = decoded<initial_header>(packet);
  EXPECT_EQ(back.crypto, suite::nk);
  EXPECT_TRUE(std::ranges::equal(back.token, token));
  EXPECT_TRUE(std::ranges::equal(back.noise, noise));
}

TEST(Header, InitialOfAnUnknownSuiteIsRefused) {
  bytes packet = encoded(initial_header{suite::nk, some_cid, {}, bytes(1'200)});
  packet[2] = 3;
  EXPECT_EQ(error_of(packet), packet_error::unknown_suite);
}

TEST(Header, ReplyCarriesNoiseMessage) {
  const bytes noise(100, 0x55);
  const bytes packet = encoded(reply_header{some_cid, noise});
  const auto back = decoded<reply_header>(packet);
  EXPECT_EQ(back.client_cid, some_cid);
  EXPECT_TRUE(std::ranges::equal(back.noise, noise));
}

TEST(Header, DataIsThirteenOctetsInFrontOfTheSeal) {
  bytes packet = encoded(data_header{some_cid, 0xdeadbeef});
  EXPECT_EQ(packet.size(), data_header_bytes);
  packet.resize(data_packet_bytes_min);
  const auto back = decoded<data_header>(packet);
  EXPECT_EQ(back.destination_cid, some_cid);
  EXPECT_EQ(back.truncated_number, 0xdeadbeefU);
  packet.pop_back();
  EXPECT_EQ(error_of(packet), packet_error::too_short);
}

TEST(Header, OtherVersionsAndTypesAreRefused) {
  bytes hello = encoded(hello_header{some_cid});
  hello[1] = 2;
  EXPECT_EQ(error_of(hello), packet_error::unknown_version);
  hello[0] = 0x91;
  EXPECT_EQ(error_of(hello), packet_error::unknown_type);
  EXPECT_EQ(error_of({}), packet_error::too_short);
  EXPECT_EQ(error_of(as_bytes("hello, this is text")), packet_error::unknown_type);
}

TEST(Header, AResetIsItsTokenAndNothingElse) {
  reset_header reset;
  reset.token.fill(7);
  bytes packet = encoded(reset);
  EXPECT_EQ(packet.size(), reset_bytes);
  EXPECT_EQ(decoded<reset_header>(packet).token, reset.token);
  EXPECT_FALSE(decode_stream_header(packet)) << "it has no place on a stream";
  packet.push_back(0);
  EXPECT_EQ(error_of(packet), packet_error::malformed);
  packet.resize(reset_bytes - 1);
  EXPECT_EQ(error_of(packet), packet_error::malformed);
  packet.resize(1);
  EXPECT_EQ(error_of(packet), packet_error::too_short);
}

TEST(Header, ARetryMayShowAnotherKeyInTheSameRoom) {
  const bytes token(29, 1);
  retry_header retry{some_cid, token, {}, {}, {}};
  retry.other_key.emplace().fill(5);
  const bytes packet = encoded(retry);
  EXPECT_EQ(packet.size(), retry_bytes_max);
  EXPECT_EQ(decoded<retry_header>(packet).other_key, retry.other_key);
  bytes longer = packet;
  longer.insert(longer.begin() + 11, 1);
  ++longer[10];
  EXPECT_EQ(error_of(longer), packet_error::malformed) << "above 120 octets";
}

TEST(Header, AnInitialWithAnInviteShowsItBeforeTheNoiseMessage) {
  const bytes noise(1'300, 3);
  initial_header initial{suite::nkpsk0, some_cid, {}, noise};
  initial.invite.fill(1);
  initial.invite_mac.fill(2);
  const bytes packet = encoded(initial);
  EXPECT_EQ(packet.size(), initial_header_bytes(suite::nkpsk0, 0) + noise.size());
  const auto back = decoded<initial_header>(packet);
  EXPECT_EQ(back.invite, initial.invite);
  EXPECT_EQ(back.invite_mac, initial.invite_mac);
  EXPECT_EQ(back.noise.size(), noise.size());
}

TEST(StreamHeader, HandshakePacketsMayBeShort) {
  const bytes hello = encoded(hello_header{some_cid, hello_bytes_min});
  ASSERT_EQ(hello.size(), hello_bytes_min);
  EXPECT_EQ(std::get<hello_header>(decode_stream_header(hello).value()).client_cid, some_cid);
  const bytes initial = encoded(initial_header{suite::nk, some_cid, {}, bytes(200)});
  EXPECT_EQ(std::get<initial_header>(decode_stream_header(initial).value()).noise.size(), 200U);
  EXPECT_EQ(error_of(initial), packet_error::too_short) << "in a datagram";
}

TEST(StreamHeader, HelloIsNotPadded) {
  bytes hello = encoded(hello_header{some_cid, hello_bytes_min});
  hello.push_back(0);
  EXPECT_EQ(decode_stream_header(hello).error(), packet_error::malformed);
}

TEST(StreamHeader, TruncatedAndForeignPacketsAreRefused) {
  const bytes hello = encoded(hello_header{some_cid, hello_bytes_min});
  for (std::size_t size = 0; size < hello.size(); ++size)
    EXPECT_FALSE(decode_stream_header(byte_view{hello}.first(size))) << size;
  bytes data(1 + 1 + seal_tag_bytes);
  data[0] = 0x80;
  EXPECT_TRUE(decode_stream_header(data));
  EXPECT_EQ(decode_stream_header(byte_view{data}.first(data.size() - 1)).error(), packet_error::too_short);
  EXPECT_EQ(decode_stream_header(as_bytes("GET / HTTP/1.1")).error(), packet_error::unknown_type);
}

TEST(Header, NothingIsWrittenWhereItDoesNotFit) {
  bytes small(12);
  writer into{small};
  EXPECT_FALSE(append(into, hello_header{some_cid}));
  EXPECT_FALSE(append(into, retry_header{some_cid, {}, {}, {}}));
  EXPECT_FALSE(append(into, initial_header{suite::nk, some_cid, bytes(1), {}}));
  EXPECT_FALSE(append(into, data_header{some_cid, 1}));
  EXPECT_EQ(into.size(), 0U);
  EXPECT_FALSE(into.overflowed());
}

TEST(Header, ThePrologueBindsEveryChoiceOfTheClient) {
  const bytes token{0xaa};
  const bytes prologue = handshake_prologue(suite::nk, transport::udp, some_cid, token);
  EXPECT_EQ(prologue, (bytes{'T', 'E', 'R', 'N', '/', '1', 1, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0xaa}));
  EXPECT_NE(prologue, handshake_prologue(suite::nkpsk0, transport::udp, some_cid, token));
  EXPECT_NE(prologue, handshake_prologue(suite::nk, transport::tcp, some_cid, token));
}

// Truncation of a packet that ends where its datagram ends gives another packet or none, never a read beyond.
RC_GTEST_PROP(Header, ArbitraryOctetsNeverDecodeWrongly, ()) {
  bytes datagram = *rc::gen::arbitrary<bytes>();
  const std::uint8_t type = *rc::gen::element<std::uint8_t>(0x80, 0xb0, 0xb1, 0xb2, 0xb3);
  datagram.insert(datagram.begin(), {type, wire_version});
  if (*rc::gen::arbitrary<bool>()) datagram.resize(*rc::gen::inRange<std::size_t>(1'190, 1'260));
  const auto header = decode_header(datagram);
  if (!header) return;
  bytes again(datagram.size());
  writer into{again};
  RC_ASSERT(std::visit([&](const auto& decoded) { return append(into, decoded); }, *header));
  RC_ASSERT(std::equal(into.view().begin(), into.view().end(), datagram.begin()));
}

}  // namespace
}  // namespace tern::proto
