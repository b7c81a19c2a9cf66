// WIRE.md is true: every vector in it is decoded and encoded again to the same octets, there is one for everything
// that it describes, and its handshake is the one that these keys make.
#include "tests/proto/wire_document.hpp"

#include "proto/chat/ops.hpp"
#include "proto/handshake/client_noise.hpp"
#include "proto/handshake/retry_check.hpp"
#include "proto/handshake/server_handshake.hpp"
#include "proto/packet/frame_decode.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/packet/header.hpp"
#include "proto/seal/aead.hpp"
#include "proto/seal/derived_key.hpp"
#include "proto/seal/identity.hpp"
#include "proto/seal/invite.hpp"
#include "proto/seal/noise.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace tern::proto {
namespace {

const wire_document& document() {
  static const wire_document read = read_wire_document(TERN_WIRE_DOCUMENT);
  return read;
}

template <std::size_t Size>
byte_array<Size> array_of(const std::string& name) {
  const bytes& octets = document().handshake.at(name);
  byte_array<Size> out{};
  EXPECT_EQ(octets.size(), Size) << name;
  std::copy_n(octets.begin(), std::min(Size, octets.size()), out.begin());
  return out;
}
template <class Octets>
bytes bytes_of(const Octets& octets) {
  return {octets.begin(), octets.end()};
}

bytes frames_again(byte_view payload) {
  bytes out(payload.size());
  writer into{out};
  const auto decoded = decode_frames(payload, [&](const auto& frame) { EXPECT_TRUE(append(into, frame)); });
  EXPECT_TRUE(decoded.has_value());
  out.resize(into.size());
  return out;
}

// Of DATA only the header is readable; the rest is taken over.
bytes packet_again(byte_view datagram) {
  const auto header = decode_header(datagram);
  EXPECT_TRUE(header.has_value());
  if (!header) return {};
  bytes out(datagram.size());
  writer into{out};
  EXPECT_TRUE(std::visit([&](const auto& decoded) { return append(into, decoded); }, *header));
  if (std::holds_alternative<data_header>(*header)) into.put(datagram.subspan(data_header_bytes));
  out.resize(into.size());
  return out;
}

// The packet behind its length.
byte_view without_length(byte_view octets) {
  reader in{octets};
  const std::size_t length = in.u16();
  EXPECT_EQ(length, in.remaining());
  return in.rest();
}

bytes stream_packet_again(byte_view octets) {
  const byte_view packet = without_length(octets);
  const auto header = decode_stream_header(packet);
  EXPECT_TRUE(header.has_value());
  if (!header) return {};
  bytes out(octets.size());
  writer into{out};
  into.u16(static_cast<std::uint16_t>(packet.size()));
  std::visit(
      [&](const auto& decoded) {
        if constexpr (std::is_same_v<decltype(decoded), const stream_data_header&>) {
          into.put(packet);  // only its type is readable
        } else {
          EXPECT_TRUE(append(into, decoded));
        }
      },
      *header);
  return out;
}

bytes again(const wire_vector& vector) {
  if (vector.kind == "frame") return frames_again(vector.octets);
  if (vector.kind == "packet") return packet_again(vector.octets);
  if (vector.kind == "stream") return stream_packet_again(vector.octets);
  if (vector.kind == "preface") return bytes_of(stream_preface);
  if (vector.kind == "client-op") {
    const auto op = chat::decode_client_op(vector.octets);
    return op ? chat::encode(*op) : bytes{};
  }
  if (vector.kind == "relay-op") {
    const auto op = chat::decode_relay_op(vector.octets);
    return op ? chat::encode(*op) : bytes{};
  }
  return {};
}

std::set<unsigned> first_octets(const std::string& kind) {
  std::set<unsigned> firsts;
  for (const wire_vector& vector : document().vectors) {
    if (vector.kind == kind) firsts.insert(vector.octets.front());
  }
  return firsts;
}

std::set<unsigned> span_of(unsigned first, unsigned last) {
  std::set<unsigned> all;
  for (; first <= last; ++first) all.insert(first);
  return all;
}

// Hands out the secret that the document names.
class named_secret : public entropy {
 public:
  explicit named_secret(const std::string& name) : octets_(array_of<32>(name)) {}
  void fill(mutable_byte_view out) override { std::copy_n(octets_.begin(), out.size(), out.begin()); }
  secret_key key() { return secret_key::draw(*this); }

 private:
  byte_array<32> octets_;
};

TEST(WireDocument, EveryVectorComesBackOctetForOctet) {
  for (const wire_vector& vector : document().vectors) {
    if (vector.kind == "prologue") continue;
    EXPECT_EQ(again(vector), vector.octets) << vector.place << ' ' << vector.kind << ' ' << vector.name;
  }
}

TEST(WireDocument, NoVectorSurvivesATruncation) {
  for (const wire_vector& vector : document().vectors) {
    if (vector.kind == "prologue" || vector.kind == "packet" || vector.kind == "stream") continue;
    if (vector.kind == "preface" || vector.name == "padding") continue;
    if (vector.name == "say" || vector.name == "entry") continue;  // they end with a body of any length
    for (std::size_t size = 0; size < vector.octets.size(); ++size) {
      const byte_view cut = byte_view{vector.octets}.first(size);
      const bool decodes = vector.kind == "frame"       ? validate_frames(cut).has_value()
                           : vector.kind == "client-op" ? chat::decode_client_op(cut).has_value()
                                                        : chat::decode_relay_op(cut).has_value();
      EXPECT_FALSE(decodes) << vector.place << " cut to " << size;
    }
  }
}

TEST(WireDocument, ThereIsAVectorForEverything) {
  EXPECT_EQ(first_octets("packet"), (std::set<unsigned>{0x80, 0x90, 0xb0, 0xb1, 0xb2, 0xb3}));
  std::set<unsigned> streamed;
  for (const wire_vector& vector : document().vectors)
    if (vector.kind == "stream") streamed.insert(vector.octets[stream_length_bytes]);
  streamed.insert(0x90);  // not on streams
  EXPECT_EQ(streamed, first_octets("packet"));
  EXPECT_EQ(first_octets("frame"), span_of(0x00, 0x13));
  EXPECT_EQ(first_octets("client-op"), span_of(0x01, 0x0a));
  EXPECT_EQ(first_octets("relay-op"), span_of(0x41, 0x53));
}

TEST(WireDocument, TheRetryHasItsCheck) {
  for (const wire_vector& vector : document().vectors) {
    if (!vector.name.starts_with("retry")) continue;
    const byte_view packet = vector.kind == "stream" ? without_length(vector.octets) : byte_view{vector.octets};
    const auto retry = std::get<retry_header>(decode_header(packet).value());
    EXPECT_EQ(retry.check, retry_check(retry));
  }
}

TEST(WireDocument, TheInviteHasItsKeysAndItsMac) {
  const auto value = [](const std::string& name) { return document().invite.at(name); };
  byte_array<32> secret_octets{};
  std::ranges::copy(value("secret"), secret_octets.begin());
  invite_id id;
  std::ranges::copy(value("id"), id.octets.begin());
  const secret<32> shared{secret_octets};
  EXPECT_EQ(bytes_of(derive_key(shared, "TERN/1 invite mac").view()), value("mac_key"));
  const invite held{id, shared.clone()};
  EXPECT_EQ(bytes_of(held.psk().view()), value("psk"));
  int found = 0;
  for (const wire_vector& vector : document().vectors) {
    if (vector.name != "initial_invited") continue;
    const auto initial = std::get<initial_header>(decode_stream_header(without_length(vector.octets)).value());
    EXPECT_EQ(initial.invite, id.octets);
    EXPECT_EQ(initial.invite_mac, held.mac_of(initial));
    ++found;
  }
  EXPECT_EQ(found, 1);
}

class WireHandshake : public testing::Test {
 protected:
  const bytes& value(const std::string& name) const { return document().handshake.at(name); }

  x25519_keypair relay{named_secret{"relay_secret"}.key()};
  identity client{named_secret{"client_identity_seed"}.key()};
  initial_header initial = std::get<initial_header>(decode_header(value("initial")).value());
  reply_header reply = std::get<reply_header>(decode_header(value("reply")).value());
  bytes prologue = handshake_prologue(initial.crypto, transport::udp, initial.client_cid, initial.token);
};

TEST_F(WireHandshake, KeysAndPrologueAreThoseOfTheDocument) {
  EXPECT_EQ(bytes_of(relay.public_part().octets), value("relay_public"));
  EXPECT_EQ(bytes_of(client.public_key().octets), value("identity_public"));
  EXPECT_EQ(prologue, value("prologue"));
}

TEST_F(WireHandshake, TheClientMakesThisInitialAndReadsThisReply) {
  auto noise = noise_nk::initiator(prologue, relay.public_part(), named_secret{"client_ephemeral_secret"}.key());
  EXPECT_EQ(bytes_of(noise.hash_before_payload_1()), value("early_hash"));
  EXPECT_EQ(bytes_of(client.sign_auth(auth_label::early, noise.hash_before_payload_1())), value("early_signature"));
  bytes payload = value("payload_1_frames");
  payload.resize(initial.noise.size() - noise_nk::message_overhead);
  bytes message;
  ASSERT_TRUE(noise.write(payload, message));
  EXPECT_EQ(message, bytes_of(initial.noise));
  bytes payload_2;
  ASSERT_TRUE(noise.read(reply.noise, payload_2));
  EXPECT_EQ(payload_2, value("payload_2"));
  EXPECT_EQ(bytes_of(noise.handshake_hash()), value("handshake_hash"));
  EXPECT_EQ(bytes_of(client.sign_auth(auth_label::handshake, noise.handshake_hash())), value("signature"));
}

TEST_F(WireHandshake, TheRelayReadsThisInitialMakesThisReplyAndOpensThisPacket) {
  auto noise = noise_nk::responder(prologue, relay, named_secret{"relay_ephemeral_secret"}.key());
  bytes payload_1;
  ASSERT_TRUE(noise.read(initial.noise, payload_1));
  EXPECT_TRUE(validate_frames(payload_1));
  bytes message;
  ASSERT_TRUE(noise.write(value("payload_2"), message));
  EXPECT_EQ(message, bytes_of(reply.noise));

  bytes packet = value("data");
  auto keys = noise.split();
  const opener from_client{std::move(keys.initiator_to_responder)};
  const mutable_byte_view whole{packet};
  const auto plain =
      from_client.open(packet_number{1}, whole.first(data_header_bytes), whole.subspan(data_header_bytes));
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(bytes_of(*plain), value("data_plain"));
}

// The same client and relay over a stream.
class WireStream : public testing::Test {
 protected:
  const bytes& value(const std::string& name) const { return document().stream_handshake.at(name); }
  template <class Header>
  Header header(const std::string& name) const {
    return std::get<Header>(decode_stream_header(without_length(value(name))).value());
  }

  x25519_keypair relay{named_secret{"relay_secret"}.key()};
  identity client{named_secret{"client_identity_seed"}.key()};
  initial_header initial = header<initial_header>("initial");
  reply_header reply = header<reply_header>("reply");
};

TEST_F(WireStream, TheClientMakesThisInitialAndReadsThisReply) {
  client_noise noise{transport::tcp, initial.client_cid, nullptr};
  named_secret ephemeral{"client_ephemeral_secret"};
  const byte_array<32> early_hash = noise.begin(relay.public_part(), {}, ephemeral);
  EXPECT_EQ(handshake_prologue(initial.crypto, transport::tcp, initial.client_cid, {}), value("prologue"));
  EXPECT_EQ(bytes_of(early_hash), value("early_hash"));
  EXPECT_EQ(bytes_of(client.sign_auth(auth_label::early, early_hash)), value("early_signature"));
  EXPECT_EQ(noise.finish({}, value("payload_1")), bytes_of(without_length(value("initial"))));
  const auto payload_2 = noise.open(reply);
  ASSERT_TRUE(payload_2);
  EXPECT_EQ(*payload_2, value("payload_2"));
  EXPECT_EQ(bytes_of(noise.handshake_hash()), value("handshake_hash"));
}

TEST_F(WireStream, TheRelayMakesThisReplyAndOpensThesePackets) {
  named_secret ephemeral{"relay_ephemeral_secret"};
  auto shake = server_handshake::open(relay, transport::tcp, initial, nullptr, ephemeral);
  ASSERT_TRUE(shake);
  EXPECT_EQ(bytes_of(shake->payload()), value("payload_1"));
  EXPECT_EQ(shake->seal_reply(value("payload_2")), bytes_of(without_length(value("reply"))));
  const opener from_client{shake->keys().initiator_to_responder};
  for (const std::uint64_t number : {1U, 2U}) {
    bytes packet = value("data_" + std::to_string(number));
    const mutable_byte_view whole{packet};
    const auto plain = from_client.open(packet_number{number}, whole.first(stream_data_header_bytes),
                                        whole.subspan(stream_data_header_bytes));
    ASSERT_TRUE(plain) << number;
    EXPECT_EQ(bytes_of(*plain), value("data_" + std::to_string(number) + "_plain"));
  }
}

}  // namespace
}  // namespace tern::proto
