#include "proto/handshake/client_noise.hpp"

#include "proto/packet/writer.hpp"

#include <utility>

namespace tern::proto {

const byte_array<32>& client_noise::begin(const public_key& relay, byte_view token, entropy& source) {
  const bytes prologue = handshake_prologue(crypto(), carrier_, self_, token);
  noise_.emplace(noise_nk::initiator(prologue, relay, secret_key::draw(source), invited_ ? &invited_->psk() : nullptr));
  return noise_->hash_before_payload_1();
}

std::size_t client_noise::overhead(byte_view token) const {
  return initial_header_bytes(crypto(), token.size()) + noise_nk::message_overhead;
}

bytes client_noise::finish(byte_view token, byte_view payload) {
  bytes initial(overhead(token) + payload.size());
  writer out{initial};
  initial_header header{crypto(), self_, token, {}, {}, {}};
  if (invited_) header.invite = invited_->id().octets;
  append(out, header);
  // Fails only for a relay key of low order, which no relay can prove; nobody will answer.
  static_cast<void>(noise_->write(payload, out.reserve(out.remaining())));
  if (!invited_) return initial;
  header.noise = byte_view{initial}.subspan(initial_header_bytes(header.crypto, token.size()));
  header.invite_mac = invited_->mac_of(header);
  writer again{initial};
  append(again, header);
  return initial;
}

tl::expected<bytes, seal_error> client_noise::open(const reply_header& reply) {
  if (!noise_) return tl::unexpected(seal_error::out_of_turn);
  // On a copy: whoever can forge a REPLY must not be able to end the handshake with it.
  noise_nk attempt = noise_->clone();
  bytes payload;
  if (const auto read = attempt.read(reply.noise, payload); !read) return tl::unexpected(read.error());
  noise_ = std::move(attempt);
  return payload;
}

}  // namespace tern::proto
