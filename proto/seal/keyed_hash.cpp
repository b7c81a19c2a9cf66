#include "proto/seal/keyed_hash.hpp"

#include <cstring>
#include <sodium.h>

namespace tern::proto {

std::uint64_t keyed_hash::operator()(byte_view data) const {
  byte_array<crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), data.data(), data.size(), key_.data());
  std::uint64_t value = 0;
  std::memcpy(&value, hash.data(), sizeof value);
  return value;
}

std::uint64_t keyed_hash::operator()(const address& value) const {
  byte_array<sizeof value.ip + sizeof value.port + sizeof value.scope> packed{};
  std::memcpy(packed.data(), value.ip.data(), value.ip.size());
  std::memcpy(packed.data() + value.ip.size(), &value.port, sizeof value.port);
  std::memcpy(packed.data() + value.ip.size() + sizeof value.port, &value.scope, sizeof value.scope);
  return (*this)(byte_view{packed});
}

}  // namespace tern::proto
