#include "proto/seal/identity.hpp"

#include "proto/seal/fingerprint.hpp"
#include "tests/proto/seal/hex.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

// RFC 8032 section 7.1, test 1.
TEST(Identity, TheKeyFollowsFromTheSeedAsInRfc8032) {
  const secret_key seed{test::array_from_hex<32>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")};
  EXPECT_EQ(test::to_hex(identity{seed}.public_key().octets),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

struct signed_hash {
  test::seeded_entropy source{3};
  identity who = identity::draw(source);
  byte_array<32> hash = source.draw<32>();
  byte_array<64> signature = who.sign_auth(auth_label::handshake, hash);
};

TEST(Identity, AuthIsVerified) {
  const signed_hash it;
  EXPECT_TRUE(verify_auth(it.who.public_key(), auth_label::handshake, it.hash, it.signature));
}

TEST(Identity, AuthUnderOneLabelIsNotValidUnderTheOther) {
  const signed_hash it;
  EXPECT_FALSE(verify_auth(it.who.public_key(), auth_label::early, it.hash, it.signature));
}

TEST(Identity, AnotherHashKeyOrSignatureIsNotValid) {
  signed_hash it;
  auto other_hash = it.hash;
  other_hash[31] ^= 1U;
  EXPECT_FALSE(verify_auth(it.who.public_key(), auth_label::handshake, other_hash, it.signature));
  EXPECT_FALSE(verify_auth(identity::draw(it.source).public_key(), auth_label::handshake, it.hash, it.signature));
  for (std::size_t i = 0; i < it.signature.size(); ++i) {
    auto damaged = it.signature;
    damaged[i] ^= 0x10U;
    EXPECT_FALSE(verify_auth(it.who.public_key(), auth_label::handshake, it.hash, damaged));
  }
}

TEST(Identity, AKeyOfLowOrderSignsNothing) {
  const signed_hash it;
  identity_key zero;
  EXPECT_FALSE(verify_auth(zero, auth_label::handshake, it.hash, byte_array<64>{}));
  zero.octets[0] = 1;
  byte_array<64> signature{};
  signature[0] = 1;
  EXPECT_FALSE(verify_auth(zero, auth_label::handshake, it.hash, signature));
}

TEST(Fingerprint, LooksAsSshShowsIt) {
  EXPECT_EQ(fingerprint(byte_array<32>{}), "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU");
}

}  // namespace
}  // namespace tern::proto
