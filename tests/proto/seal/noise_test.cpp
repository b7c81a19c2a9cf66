#include "proto/seal/noise.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <array>
#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using test::seeded_entropy;

struct handshake {
  explicit handshake(std::string_view initiator_prologue = "p", std::string_view responder_prologue = "p")
      : client(noise_nk::initiator(as_bytes(initiator_prologue), relay.public_part(), secret_key::draw(source))),
        server(noise_nk::responder(as_bytes(responder_prologue), relay, secret_key::draw(source))) {}

  seeded_entropy source{7};
  x25519_keypair relay = x25519_keypair::draw(source);
  noise_nk client;
  noise_nk server;
  bytes payload;
  bytes message;
};

TEST(Noise, BothSidesEndWithTheSameKeysAndHash) {
  handshake it;
  ASSERT_TRUE(it.client.write(as_bytes("one"), it.message));
  EXPECT_EQ(it.message.size(), 3 + noise_nk::message_overhead);
  ASSERT_TRUE(it.server.read(it.message, it.payload));
  EXPECT_EQ(as_text(it.payload), "one");
  bytes answer;
  ASSERT_TRUE(it.server.write(as_bytes("two"), answer));
  ASSERT_TRUE(it.client.read(answer, it.payload));
  EXPECT_EQ(as_text(it.payload), "two");
  EXPECT_EQ(it.client.handshake_hash(), it.server.handshake_hash());
  const auto ours = it.client.split();
  const auto theirs = it.server.split();
  EXPECT_TRUE(ours.initiator_to_responder == theirs.initiator_to_responder);
  EXPECT_TRUE(ours.responder_to_initiator == theirs.responder_to_initiator);
  EXPECT_FALSE(ours.initiator_to_responder == ours.responder_to_initiator);
}

TEST(Noise, TheInitiatorKnowsTheEarlyHashBeforeItWritesAndTheResponderAfterItReads) {
  handshake it;
  const auto early = it.client.hash_before_payload_1();
  ASSERT_TRUE(it.client.write(as_bytes("signed"), it.message));
  ASSERT_TRUE(it.server.read(it.message, it.payload));
  EXPECT_EQ(it.server.hash_before_payload_1(), early);
  EXPECT_EQ(it.client.hash_before_payload_1(), early);
  EXPECT_NE(it.server.handshake_hash(), early);
}

TEST(Noise, PayloadsMayBeSealedAndOpenedWhereTheyLie) {
  handshake it;
  byte_array<100> buffer{};
  const std::string_view text = "in place";
  std::copy(text.begin(), text.end(), buffer.begin() + 32);
  const auto written = it.client.write({buffer.data() + 32, text.size()}, buffer);
  ASSERT_TRUE(written);
  const byte_view sealed{buffer.data(), *written};
  const auto opened = it.server.read(sealed, mutable_byte_view{buffer}.subspan(32));
  ASSERT_TRUE(opened);
  EXPECT_EQ(as_text({buffer.data() + 32, *opened}), text);
  // The transcript is the same as when the payload lies elsewhere.
  bytes answer;
  ASSERT_TRUE(it.server.write({}, answer));
  EXPECT_TRUE(it.client.read(answer, it.payload));
}

TEST(Noise, AnotherPrologueIsForged) {
  handshake it{"udp", "tcp"};
  ASSERT_TRUE(it.client.write({}, it.message));
  EXPECT_EQ(it.server.read(it.message, it.payload).error(), seal_error::forged);
}

TEST(Noise, AnotherRelayKeyIsForged) {
  handshake it;
  handshake other;
  const auto stranger = x25519_keypair::draw(it.source);
  auto client = noise_nk::initiator(as_bytes("p"), stranger.public_part(), secret_key::draw(it.source));
  ASSERT_TRUE(client.write({}, it.message));
  EXPECT_EQ(it.server.read(it.message, it.payload).error(), seal_error::forged);
}

TEST(Noise, EveryFlippedBitIsForged) {
  handshake it;
  ASSERT_TRUE(it.client.write(as_bytes("x"), it.message));
  for (std::size_t bit = 0; bit < it.message.size() * 8; ++bit) {
    // The top bit of an X25519 key is ignored by the curve, but the hash still covers it.
    auto damaged = it.message;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    auto server = noise_nk::responder(as_bytes("p"), it.relay, secret_key::draw(it.source));
    EXPECT_FALSE(server.read(damaged, it.payload)) << "bit " << bit;
    EXPECT_TRUE(it.payload.empty());
  }
}

TEST(Noise, EveryTruncationFails) {
  handshake it;
  ASSERT_TRUE(it.client.write(as_bytes("x"), it.message));
  for (std::size_t size = 0; size < it.message.size(); ++size) {
    auto server = noise_nk::responder(as_bytes("p"), it.relay, secret_key::draw(it.source));
    const auto result = server.read({it.message.data(), size}, it.payload);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), size < noise_nk::message_overhead ? seal_error::too_short : seal_error::forged);
  }
}

TEST(Noise, AnEphemeralKeyOfLowOrderIsRejected) {
  handshake it;
  for (const std::uint8_t first : {std::uint8_t{0}, std::uint8_t{1}}) {
    bytes message(noise_nk::message_overhead, 0);
    message[0] = first;
    auto server = noise_nk::responder(as_bytes("p"), it.relay, secret_key::draw(it.source));
    EXPECT_EQ(server.read(message, it.payload).error(), seal_error::low_order_point);
  }
}

TEST(Noise, ARelayKeyOfLowOrderIsRejected) {
  handshake it;
  auto client = noise_nk::initiator(as_bytes("p"), public_key{}, secret_key::draw(it.source));
  EXPECT_EQ(client.write({}, it.message).error(), seal_error::low_order_point);
  EXPECT_TRUE(it.message.empty());
}

TEST(Noise, PresharedKeysMustAgree) {
  handshake it;
  const auto ours = secret_key::draw(it.source);
  const auto theirs = secret_key::draw(it.source);
  auto client = noise_nk::initiator({}, it.relay.public_part(), secret_key::draw(it.source), &ours);
  ASSERT_TRUE(client.write({}, it.message));
  auto without = noise_nk::responder({}, it.relay, secret_key::draw(it.source));
  EXPECT_EQ(without.read(it.message, it.payload).error(), seal_error::forged);
  auto different = noise_nk::responder({}, it.relay, secret_key::draw(it.source), &theirs);
  EXPECT_EQ(different.read(it.message, it.payload).error(), seal_error::forged);
  auto same = noise_nk::responder({}, it.relay, secret_key::draw(it.source), &ours);
  EXPECT_TRUE(same.read(it.message, it.payload));
}

TEST(Noise, TurnsAreKept) {
  handshake it;
  EXPECT_EQ(it.server.write({}, it.message).error(), seal_error::out_of_turn);
  ASSERT_TRUE(it.client.write({}, it.message));
  EXPECT_EQ(it.client.write({}, it.message).error(), seal_error::out_of_turn);
}

TEST(Noise, AFailedReadEndsTheHandshake) {
  handshake it;
  ASSERT_TRUE(it.client.write({}, it.message));
  auto damaged = it.message;
  damaged.back() ^= 1U;
  EXPECT_EQ(it.server.read(damaged, it.payload).error(), seal_error::forged);
  EXPECT_EQ(it.server.read(it.message, it.payload).error(), seal_error::out_of_turn);
  EXPECT_FALSE(it.server.is_complete());
}

TEST(Noise, MessagesAboveTheMaximumAreRefused) {
  handshake it;
  const bytes largest(noise_nk::message_size_max - noise_nk::message_overhead);
  ASSERT_TRUE(it.client.write(largest, it.message));
  EXPECT_TRUE(it.server.read(it.message, it.payload));
  handshake other;
  const bytes larger(largest.size() + 1);
  EXPECT_EQ(other.client.write(larger, other.message).error(), seal_error::too_long);
}

}  // namespace
}  // namespace tern::proto
