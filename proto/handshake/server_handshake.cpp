#include "proto/handshake/server_handshake.hpp"

#include "proto/packet/writer.hpp"

#include <utility>

namespace tern::proto {

server_handshake::server_handshake(const connection_id& client_id, noise_nk noise, bytes payload,
                                   const byte_array<32>& early_hash)
    : client_id_(client_id), noise_(std::move(noise)), payload_(std::move(payload)), early_hash_(early_hash) {}

tl::expected<server_handshake, seal_error> server_handshake::open(const x25519_keypair& relay_key, transport carrier,
                                                                  const initial_header& initial, const invite* holder,
                                                                  entropy& source) {
  const bytes prologue = handshake_prologue(initial.crypto, carrier, initial.client_cid, initial.token);
  const secret_key* psk = holder == nullptr ? nullptr : &holder->psk();
  auto noise = noise_nk::responder(prologue, relay_key, secret_key::draw(source), psk);
  bytes payload;
  if (const auto read = noise.read(initial.noise, payload); !read) return tl::unexpected(read.error());
  const byte_array<32> early_hash = noise.hash_before_payload_1();
  server_handshake opened{initial.client_cid, std::move(noise), std::move(payload), early_hash};
  if (holder != nullptr) opened.invited_by_ = holder->id();
  return opened;
}

std::size_t server_handshake::reply_overhead() { return reply_header_bytes + noise_nk::message_overhead; }

bytes server_handshake::seal_reply(byte_view payload) {
  bytes reply(reply_overhead() + payload.size());
  writer out{reply};
  append(out, reply_header{client_id_, {}});
  // Fails only for an ephemeral key of low order: the client then cannot open it, which is its own doing.
  static_cast<void>(noise_.write(payload, out.reserve(out.remaining())));
  return reply;
}

}  // namespace tern::proto
