// Bytes as either side of a handshake might get them. First octet: bit 0 chooses the
// side that reads, bit 1 NKpsk0, bit 2 whether the rest is a payload that the true
// peer seals and this side must get back (encrypt after mutating) or the message itself.
// Invariants: nothing is read beyond the input, a refused message leaves no payload and
// ends the handshake, a sealed payload comes back whole.
#include "proto/seal/noise.hpp"

#include <cstdlib>

using namespace tern::proto;

namespace {

secret_key key_of(std::uint8_t fill) {
  byte_array<32> octets{};
  octets.fill(fill);
  return secret_key{octets};
}

void require(bool holds) {
  if (!holds) std::abort();
}

struct sides {
  explicit sides(const secret_key* psk)
      : client(noise_nk::initiator(as_bytes("fuzz"), relay.public_part(), key_of(2), psk)),
        server(noise_nk::responder(as_bytes("fuzz"), relay, key_of(3), psk)) {}
  x25519_keypair relay{key_of(1)};
  noise_nk client;
  noise_nk server;
};

void read_as_message(noise_nk& reader, byte_view message) {
  bytes payload;
  if (reader.read(message, payload)) {
    require(payload.size() + noise_nk::message_overhead == message.size());
    return;
  }
  require(payload.empty());
  require(reader.read(message, payload).error() == seal_error::out_of_turn);
}

void read_as_payload(noise_nk& writer, noise_nk& reader, byte_view data) {
  bytes message;
  if (!writer.write(data, message)) return;
  bytes payload;
  require(reader.read(message, payload).has_value());
  require(payload == bytes(data.begin(), data.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const byte_view rest{data + 1, size - 1};
  const secret_key psk = key_of(4);
  sides both{(data[0] & 2U) != 0 ? &psk : nullptr};
  const bool client_reads = (data[0] & 1U) != 0;
  if (client_reads) {
    bytes ignored;
    bytes message;
    require(both.client.write({}, message) && both.server.read(message, ignored));
  }
  noise_nk& reader = client_reads ? both.client : both.server;
  noise_nk& writer = client_reads ? both.server : both.client;
  if ((data[0] & 4U) != 0) {
    read_as_payload(writer, reader, rest);
  } else {
    read_as_message(reader, rest);
  }
  return 0;
}
