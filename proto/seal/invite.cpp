#include "proto/seal/invite.hpp"

#include "proto/packet/header.hpp"
#include "proto/packet/writer.hpp"
#include "proto/seal/derived_key.hpp"

#include <array>
#include <sodium.h>
#include <utility>

namespace tern::proto {

invite::invite(const invite_id& id, secret<32> shared)
    : id_(id),
      shared_(std::move(shared)),
      psk_(derive_key(shared_, "TERN/1 invite psk")),
      mac_key_(derive_key(shared_, "TERN/1 invite mac")) {}

byte_array<16> invite::mac_of(const initial_header& initial) const {
  std::array<std::uint8_t, initial_header_bytes(suite::nkpsk0, token_bytes_max)> front{};
  writer out{front};
  initial_header header = initial;
  header.noise = {};
  append(out, header);
  byte_array<16> mac{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, mac_key_.data(), secret<32>::size, mac.size());
  crypto_generichash_update(&state, front.data(), out.size() - mac.size());
  crypto_generichash_update(&state, initial.noise.data(), initial.noise.size());
  crypto_generichash_final(&state, mac.data(), mac.size());
  return mac;
}

}  // namespace tern::proto
