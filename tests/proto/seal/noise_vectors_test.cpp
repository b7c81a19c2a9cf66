// The Noise community's public vectors: handshake messages, handshake hash, transport
// messages. The transport messages show that split() gives the right keys and that the
// nonce of aead.hpp is Noise's.
#include "proto/seal/aead.hpp"
#include "proto/seal/noise.hpp"
#include "tests/proto/seal/hex.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tern::proto {
namespace {

using test::array_from_hex;
using test::from_hex;
using test::to_hex;

nlohmann::json load_vectors() {
  std::ifstream file{TERN_NOISE_VECTORS};
  return nlohmann::json::parse(file).at("vectors");
}

secret_key key_of(const nlohmann::json& text) { return secret_key{array_from_hex<32>(text.get<std::string>())}; }

struct pair_of_sides {
  noise_nk initiator;
  noise_nk responder;
};

pair_of_sides sides_of(const nlohmann::json& vector) {
  const bool has_psk = vector.contains("init_psks");
  const secret_key init_psk = has_psk ? key_of(vector.at("init_psks").at(0)) : secret_key{};
  const secret_key resp_psk = has_psk ? key_of(vector.at("resp_psks").at(0)) : secret_key{};
  const public_key remote{array_from_hex<32>(vector.at("init_remote_static").get<std::string>())};
  return {noise_nk::initiator(from_hex(vector.at("init_prologue").get<std::string>()), remote,
                              key_of(vector.at("init_ephemeral")), has_psk ? &init_psk : nullptr),
          noise_nk::responder(from_hex(vector.at("resp_prologue").get<std::string>()),
                              x25519_keypair{key_of(vector.at("resp_static"))}, key_of(vector.at("resp_ephemeral")),
                              has_psk ? &resp_psk : nullptr)};
}

void expect_handshake_message(noise_nk& writer, noise_nk& reader, const nlohmann::json& message) {
  const bytes payload = from_hex(message.at("payload").get<std::string>());
  bytes sealed;
  ASSERT_TRUE(writer.write(payload, sealed));
  EXPECT_EQ(to_hex(sealed), message.at("ciphertext").get<std::string>());
  bytes opened;
  ASSERT_TRUE(reader.read(sealed, opened));
  EXPECT_EQ(opened, payload);
}

void expect_transport_message(const sealer& from, const opener& to, std::uint64_t counter,
                              const nlohmann::json& message) {
  const bytes payload = from_hex(message.at("payload").get<std::string>());
  bytes buffer = payload;
  buffer.resize(payload.size() + aead_tag_size);
  from.seal(packet_number{counter}, {}, buffer, payload.size());
  EXPECT_EQ(to_hex(buffer), message.at("ciphertext").get<std::string>());
  const auto opened = to.open(packet_number{counter}, {}, buffer);
  ASSERT_TRUE(opened);
  EXPECT_EQ(bytes(opened->begin(), opened->end()), payload);
}

void expect_vector_holds(const nlohmann::json& vector) {
  SCOPED_TRACE(vector.at("protocol_name").get<std::string>());
  auto sides = sides_of(vector);
  const auto& messages = vector.at("messages");
  expect_handshake_message(sides.initiator, sides.responder, messages.at(0));
  expect_handshake_message(sides.responder, sides.initiator, messages.at(1));
  EXPECT_EQ(to_hex(sides.initiator.handshake_hash()), vector.at("handshake_hash").get<std::string>());
  EXPECT_EQ(to_hex(sides.responder.handshake_hash()), vector.at("handshake_hash").get<std::string>());
  auto ours = sides.initiator.split();
  auto theirs = sides.responder.split();
  const sealer up{std::move(ours.initiator_to_responder)};
  const opener up_end{std::move(theirs.initiator_to_responder)};
  const sealer down{std::move(theirs.responder_to_initiator)};
  const opener down_end{std::move(ours.responder_to_initiator)};
  for (std::size_t i = 2; i < messages.size(); ++i) {
    const bool upward = i % 2 == 0;
    expect_transport_message(upward ? up : down, upward ? up_end : down_end, (i - 2) / 2, messages.at(i));
  }
}

TEST(NoiseVectors, EveryPublicVectorHolds) {
  const auto vectors = load_vectors();
  ASSERT_EQ(vectors.size(), 2U);
  for (const auto& vector : vectors) expect_vector_holds(vector);
}

}  // namespace
}  // namespace tern::proto
