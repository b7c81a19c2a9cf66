#include "proto/seal/aead.hpp"

#include "proto/seal/nonce.hpp"
#include "tests/proto/seal/hex.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

seal_key key_of(std::uint8_t fill) {
  byte_array<32> octets{};
  octets.fill(fill);
  return seal_key{octets};
}

struct sealed_packet {
  explicit sealed_packet(std::string_view text) : buffer(text.begin(), text.end()) {
    buffer.resize(text.size() + aead_tag_size);
    sealer{key_of(1)}.seal(packet_number{5}, as_bytes("header"), buffer, text.size());
  }
  bytes buffer;
};

TEST(Aead, OpensWhatWasSealedInPlace) {
  sealed_packet packet{"hello"};
  const auto plain = opener{key_of(1)}.open(packet_number{5}, as_bytes("header"), packet.buffer);
  ASSERT_TRUE(plain);
  EXPECT_EQ(as_text(*plain), "hello");
  EXPECT_EQ(plain->data(), packet.buffer.data());
}

TEST(Aead, NothingIsAlsoSealed) {
  sealed_packet packet{""};
  EXPECT_EQ(packet.buffer.size(), aead_tag_size);
  const auto plain = opener{key_of(1)}.open(packet_number{5}, as_bytes("header"), packet.buffer);
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->empty());
}

bool opens(std::uint8_t key, std::uint64_t number, std::string_view header) {
  sealed_packet packet{"x"};
  return opener{key_of(key)}.open(packet_number{number}, as_bytes(header), packet.buffer).has_value();
}

TEST(Aead, AnotherNumberKeyOrHeaderDoesNotOpen) {
  EXPECT_TRUE(opens(1, 5, "header"));
  EXPECT_FALSE(opens(1, 6, "header"));
  EXPECT_FALSE(opens(2, 5, "header"));
  EXPECT_FALSE(opens(1, 5, "heades"));
}

TEST(Aead, EveryFlippedBitDoesNotOpen) {
  const sealed_packet packet{"hello"};
  for (std::size_t bit = 0; bit < packet.buffer.size() * 8; ++bit) {
    bytes damaged = packet.buffer;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(opener{key_of(1)}.open(packet_number{5}, as_bytes("header"), damaged));
  }
}

TEST(Aead, LessThanATagDoesNotOpen) {
  bytes tiny(aead_tag_size - 1);
  EXPECT_FALSE(opener{key_of(1)}.open(packet_number{5}, {}, tiny));
  EXPECT_FALSE(opener{key_of(1)}.open(packet_number{5}, {}, {}));
}

TEST(Aead, TheNonceIsFourZerosAndTheNumberInLittleEndian) {
  EXPECT_EQ(test::to_hex(chacha_nonce(0x0102030405060708U)), "000000000807060504030201");
}

// RFC 8439 section 2.8.2, with its constant as the first four octets of the nonce, cannot
// be reached through packet numbers; this is the same cipher with a nonce of our form,
// computed with an independent implementation (python3-cryptography's ChaCha20Poly1305).
TEST(Aead, AgreesWithAnIndependentImplementation) {
  byte_array<32> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i);
  bytes buffer{'t', 'e', 'r', 'n'};
  buffer.resize(4 + aead_tag_size);
  sealer{seal_key{octets}}.seal(packet_number{1}, as_bytes("aad"), buffer, 4);
  EXPECT_EQ(test::to_hex(buffer), "eb32813158b4a2e42800b28e3557e30588b8f326");
}

}  // namespace
}  // namespace tern::proto
