#include "proto/seal/issued_ids.hpp"

#include "proto/seal/derived_key.hpp"

#include <algorithm>
#include <sodium.h>

namespace tern::proto {

namespace {

constexpr std::size_t signed_bytes = 1 + 4;  // shard and random part

template <std::size_t Size>
byte_array<Size> mac_of(const secret<32>& key, byte_view message) {
  // The shortest that BLAKE2b makes is 16 octets.
  byte_array<crypto_generichash_BYTES_MIN> mac{};
  static_assert(Size <= mac.size());
  crypto_generichash(mac.data(), mac.size(), message.data(), message.size(), key.data(), secret<32>::size);
  byte_array<Size> cut{};
  std::copy_n(mac.begin(), Size, cut.begin());
  return cut;
}

}  // namespace

issued_ids::issued_ids(const secret<32>& stored, std::uint8_t shard)
    : shard_(shard),
      id_key_(derive_key(stored, "TERN/1 connection id")),
      reset_key_(derive_key(stored, "TERN/1 reset")) {}

connection_id issued_ids::draw(entropy& source) const {
  connection_id id{source.draw<8>()};
  id.octets[0] = shard_;
  const tag proof = tag_of(id);
  std::copy(proof.begin(), proof.end(), id.octets.begin() + signed_bytes);
  return id;
}

bool issued_ids::is_ours(const connection_id& id) const {
  const byte_view proof = byte_view{id.octets}.subspan(signed_bytes);
  return equal_in_constant_time(tag_of(id), proof) && id.octets[0] == shard_;
}

issued_ids::tag issued_ids::tag_of(const connection_id& id) const {
  return mac_of<3>(id_key_, byte_view{id.octets}.first(signed_bytes));
}

issued_ids::reset_token issued_ids::reset_token_of(const connection_id& id) const {
  return mac_of<16>(reset_key_, id.octets);
}

}  // namespace tern::proto
