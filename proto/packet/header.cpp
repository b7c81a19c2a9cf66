#include "proto/packet/header.hpp"

#include "proto/packet/reader.hpp"

#include <cassert>

namespace tern::proto {

namespace {
using header_result = tl::expected<packet_header, packet_error>;

constexpr std::string_view prologue_label = "TERN/1";

connection_id take_cid(reader& in) { return {in.take_array<8>()}; }
byte_view take_token(reader& in) {
  const std::size_t token_bytes = in.u8();
  if (token_bytes > token_bytes_max) in.fail();
  return in.take(token_bytes);
}

void put_start(writer& out, packet_type type) {
  out.u8(static_cast<std::uint8_t>(type));
  out.u8(wire_version);
}
void put_token(writer& out, byte_view token) {
  assert(token.size() <= token_bytes_max);
  out.u8(static_cast<std::uint8_t>(token.size()));
  out.put(token);
}

// All of these begin behind the version, in a packet of `packet_bytes`.
tl::expected<hello_header, packet_error> decode_hello(reader in, std::size_t packet_bytes) {
  hello_header header{take_cid(in), packet_bytes};
  if (in.failed()) return tl::unexpected(packet_error::too_short);
  for (const std::uint8_t octet : in.rest()) {
    if (octet != 0) return tl::unexpected(packet_error::malformed);
  }
  return header;
}

tl::expected<retry_header, packet_error> decode_retry(reader in) {
  retry_header header;
  header.client_cid = take_cid(in);
  header.token = take_token(in);
  header.relay_key = in.take_array<32>();
  if (in.remaining() == 32 + header.check.size()) header.other_key = in.take_array<32>();
  header.check = in.take_array<16>();
  if (!in.complete() || retry_bytes(header) > retry_bytes_max) return tl::unexpected(packet_error::malformed);
  return header;
}

tl::expected<initial_header, packet_error> decode_initial(reader in) {
  initial_header header;
  const std::uint8_t crypto = in.u8();
  if (crypto != static_cast<std::uint8_t>(suite::nk) && crypto != static_cast<std::uint8_t>(suite::nkpsk0)) {
    return tl::unexpected(packet_error::unknown_suite);
  }
  header.crypto = static_cast<suite>(crypto);
  header.client_cid = take_cid(in);
  header.token = take_token(in);
  if (header.crypto == suite::nkpsk0) {
    header.invite = in.take_array<8>();
    header.invite_mac = in.take_array<16>();
  }
  header.noise = in.rest();
  if (in.failed()) return tl::unexpected(packet_error::malformed);
  return header;
}

tl::expected<reply_header, packet_error> decode_reply(reader in) {
  reply_header header;
  header.client_cid = take_cid(in);
  header.noise = in.rest();
  if (header.noise.size() < noise_message_bytes_min) return tl::unexpected(packet_error::too_short);
  return header;
}

header_result decode_data(reader in) {
  if (1 + in.remaining() < data_packet_bytes_min) return tl::unexpected(packet_error::too_short);
  const connection_id destination = take_cid(in);
  return data_header{destination, in.u32()};
}

header_result decode_reset(reader in) {
  if (in.at_end()) return tl::unexpected(packet_error::too_short);
  if (in.u8() != wire_version) return tl::unexpected(packet_error::unknown_version);
  const reset_header header{in.take_array<16>()};
  if (!in.complete()) return tl::unexpected(packet_error::malformed);
  return header;
}

// HELLO and INITIAL have `bytes_min` at least.
template <class Result>
Result decode_handshake(packet_type type, reader in, std::size_t packet_bytes, std::size_t bytes_min) {
  if (in.at_end()) return tl::unexpected(packet_error::too_short);
  if (in.u8() != wire_version) return tl::unexpected(packet_error::unknown_version);
  const bool is_short = packet_bytes < bytes_min;
  switch (type) {
    case packet_type::hello:
      if (is_short) return tl::unexpected(packet_error::too_short);
      return decode_hello(in, packet_bytes);
    case packet_type::retry:
      return decode_retry(in);
    case packet_type::initial:
      if (is_short) return tl::unexpected(packet_error::too_short);
      return decode_initial(in);
    default:
      return decode_reply(in);
  }
}
}  // namespace

header_result decode_header(byte_view datagram) {
  if (datagram.empty()) return tl::unexpected(packet_error::too_short);
  reader in{datagram};
  const auto type = static_cast<packet_type>(in.u8());
  switch (type) {
    case packet_type::data:
      return decode_data(in);
    case packet_type::reset:
      return decode_reset(in);
    case packet_type::hello:
    case packet_type::retry:
    case packet_type::initial:
    case packet_type::reply:
      return decode_handshake<header_result>(type, in, datagram.size(), handshake_datagram_bytes_min);
  }
  return tl::unexpected(packet_error::unknown_type);
}

tl::expected<stream_packet_header, packet_error> decode_stream_header(byte_view packet) {
  using result = tl::expected<stream_packet_header, packet_error>;
  if (packet.empty()) return tl::unexpected(packet_error::too_short);
  reader in{packet};
  const auto type = static_cast<packet_type>(in.u8());
  switch (type) {
    case packet_type::data:
      if (in.remaining() < 1 + seal_tag_bytes) return tl::unexpected(packet_error::too_short);
      return stream_data_header{};
    case packet_type::hello:
      if (packet.size() > hello_bytes_min) return tl::unexpected(packet_error::malformed);
      [[fallthrough]];
    case packet_type::retry:
    case packet_type::initial:
    case packet_type::reply:
      return decode_handshake<result>(type, in, packet.size(), 0);
    case packet_type::reset:
      break;  // a stream that was forgotten is closed by TCP
  }
  return tl::unexpected(packet_error::unknown_type);
}

bool append(writer& out, const hello_header& header) {
  assert(header.datagram_bytes >= hello_bytes_min);
  if (header.datagram_bytes > out.remaining()) return false;
  const std::size_t start = out.size();
  put_start(out, packet_type::hello);
  out.put(header.client_cid.octets);
  out.zeros(header.datagram_bytes - (out.size() - start));
  return true;
}

bool append(writer& out, const retry_header& header) {
  assert(retry_bytes(header) <= retry_bytes_max);
  if (retry_bytes(header) > out.remaining()) return false;
  put_start(out, packet_type::retry);
  out.put(header.client_cid.octets);
  put_token(out, header.token);
  out.put(header.relay_key);
  if (header.other_key) out.put(*header.other_key);
  out.put(header.check);
  return true;
}

bool append(writer& out, const initial_header& header) {
  if (initial_header_bytes(header.crypto, header.token.size()) + header.noise.size() > out.remaining()) return false;
  put_start(out, packet_type::initial);
  out.u8(static_cast<std::uint8_t>(header.crypto));
  out.put(header.client_cid.octets);
  put_token(out, header.token);
  if (header.crypto == suite::nkpsk0) {
    out.put(header.invite);
    out.put(header.invite_mac);
  }
  out.put(header.noise);
  return true;
}

bool append(writer& out, const reply_header& header) {
  if (2 + 8 + header.noise.size() > out.remaining()) return false;
  put_start(out, packet_type::reply);
  out.put(header.client_cid.octets);
  out.put(header.noise);
  return true;
}

bool append(writer& out, const data_header& header) {
  if (data_header_bytes > out.remaining()) return false;
  out.u8(static_cast<std::uint8_t>(packet_type::data));
  out.put(header.destination_cid.octets);
  out.u32(header.truncated_number);
  return true;
}

bool append(writer& out, const reset_header& header) {
  if (reset_bytes > out.remaining()) return false;
  put_start(out, packet_type::reset);
  out.put(header.token);
  return true;
}

bytes handshake_prologue(suite crypto, transport carrier, connection_id client_cid, byte_view token) {
  bytes prologue(prologue_label.size() + 3 + client_cid.octets.size() + 1 + token.size());
  writer out{prologue};
  out.put(as_bytes(prologue_label));
  out.u8(wire_version);
  out.u8(static_cast<std::uint8_t>(crypto));
  out.u8(static_cast<std::uint8_t>(carrier));
  out.put(client_cid.octets);
  put_token(out, token);
  return prologue;
}

}  // namespace tern::proto
