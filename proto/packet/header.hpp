// The outside of a packet: what is readable before any key is applied (WIRE.md, "Packets"). Nothing in a header is
// to be believed before the packet is authenticated; a header that does not decode is dropped and counted.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/writer.hpp"

#include <optional>
#include <tl/expected.hpp>
#include <variant>

namespace tern::proto {

inline constexpr std::uint8_t wire_version = 1;
// HELLO and INITIAL are at least this long, so that an answer never exceeds what was received.
inline constexpr std::size_t handshake_datagram_bytes_min = 1200;
inline constexpr std::size_t retry_bytes_max = 120;
inline constexpr std::size_t retry_bytes_fixed = 2 + 8 + 1 + 32 + 16;
inline constexpr std::size_t token_bytes_max = retry_bytes_max - retry_bytes_fixed;
inline constexpr std::size_t seal_tag_bytes = 16;
inline constexpr std::size_t data_header_bytes = 1 + 8 + 4;
// Header, one octet of frames, tag.
inline constexpr std::size_t data_packet_bytes_min = data_header_bytes + 1 + seal_tag_bytes;
// RESET: smaller than any DATA, so that none is ever answered by something as large as itself.
inline constexpr std::size_t reset_bytes = 2 + 16;
static_assert(reset_bytes < data_packet_bytes_min);
// HELLO without its padding, as on a stream.
inline constexpr std::size_t hello_bytes_min = 2 + 8;
// An ephemeral key and the tag of an empty payload.
inline constexpr std::size_t noise_message_bytes_min = 32 + seal_tag_bytes;

enum class packet_type : std::uint8_t {
  data = 0x80,
  reset = 0x90,
  hello = 0xb0,
  retry = 0xb1,
  initial = 0xb2,
  reply = 0xb3,
};

enum class suite : std::uint8_t {
  nk = 1,      // Noise_NK_25519_ChaChaPoly_SHA256
  nkpsk0 = 2,  // Noise_NKpsk0_25519_ChaChaPoly_SHA256, relays with invites
};

enum class transport : std::uint8_t { udp = 0, tcp = 1 };

struct hello_header {
  connection_id client_cid;
  std::size_t datagram_bytes = handshake_datagram_bytes_min;  // padding included
};

struct retry_header {
  connection_id client_cid;
  byte_view token;  // at most token_bytes_max
  byte_array<32> relay_key{};
  // While the relay's key is rolled over, the other one that is good.
  std::optional<byte_array<32>> other_key{};
  // Against damage on the way, not against liars: RETRY is sent before there are keys (retry_check.hpp).
  byte_array<16> check{};
};

struct initial_header {
  suite crypto = suite::nk;
  connection_id client_cid;
  byte_view token;  // empty, from a RETRY, or from an earlier connection
  byte_view noise;  // message 1, to the end of the datagram
  // With nkpsk0: whose invite it is, and the proof that the sender holds it (seal/invite.hpp).
  byte_array<8> invite{};
  byte_array<16> invite_mac{};
};

struct reply_header {
  connection_id client_cid;
  byte_view noise;  // message 2, to the end of the datagram
};

struct data_header {
  connection_id destination_cid;
  std::uint32_t truncated_number = 0;
};

// The relay has no connection of the id that a DATA packet was sent to, but did once issue it.
struct reset_header {
  byte_array<16> token{};  // told in REPLY_INFO
};

enum class packet_error : std::uint8_t {
  unknown_type,
  unknown_version,
  unknown_suite,
  too_short,  // truncated, or a HELLO or INITIAL below handshake_datagram_bytes_min
  malformed,
};

using packet_header = std::variant<hello_header, retry_header, initial_header, reply_header, data_header, reset_header>;

// Views in the result point into `datagram`.
tl::expected<packet_header, packet_error> decode_header(byte_view datagram);

// On a stream (WIRE.md, section 11) a client begins with the preface, and each packet stands behind its length.
inline constexpr byte_array<4> stream_preface{0xb8, 0x54, 0x52, 0x4e};
inline constexpr std::size_t stream_length_bytes = 2;
inline constexpr std::size_t stream_packet_bytes_max = 0xffff;  // what a length can say
inline constexpr std::size_t stream_handshake_bytes_max = 1472;
// Length and type: the AAD of DATA. Its number is not written, its connection is the stream's.
inline constexpr std::size_t stream_data_header_bytes = stream_length_bytes + 1;
struct stream_data_header {};

using stream_packet_header = std::variant<hello_header, retry_header, initial_header, reply_header, stream_data_header>;

// `packet` without its length. HELLO and INITIAL may be short here, and HELLO is not padded.
tl::expected<stream_packet_header, packet_error> decode_stream_header(byte_view packet);

// Each writes the whole packet (on a stream: without its length), or nothing and false where it does not fit. Of
// INITIAL and REPLY the Noise message may be left empty, for the caller to write it behind; of DATA only the header is
// written: it is the AAD.
bool append(writer& out, const hello_header& header);
bool append(writer& out, const retry_header& header);
bool append(writer& out, const initial_header& header);
bool append(writer& out, const reply_header& header);
bool append(writer& out, const data_header& header);
bool append(writer& out, const reset_header& header);

// The whole RETRY.
inline std::size_t retry_bytes(const retry_header& header) {
  return retry_bytes_fixed + header.token.size() + (header.other_key ? 32 : 0);
}

// What INITIAL and REPLY have before their Noise message.
constexpr std::size_t initial_header_bytes(suite crypto, std::size_t token_bytes) {
  return 3 + 8 + 1 + token_bytes + (crypto == suite::nkpsk0 ? 8 + 16 : 0);
}
inline constexpr std::size_t reply_header_bytes = 2 + 8;

// What both sides mix into the Noise handshake before its first message (WIRE.md, "Prologue").
bytes handshake_prologue(suite crypto, transport carrier, connection_id client_cid, byte_view token);

}  // namespace tern::proto
