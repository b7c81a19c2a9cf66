// SipHash-2-4 for hash tables whose keys a peer chooses: without the key nobody can
// make entries collide. Usable as the hash argument of std::unordered_map; every
// instance that serves one table must have the same key.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/entropy.hpp"
#include "proto/numbers.hpp"

#include <cstdint>

namespace tern::proto {

class keyed_hash {
 public:
  using key_type = byte_array<16>;

  explicit keyed_hash(const key_type& key) : key_(key) {}
  static keyed_hash draw(entropy& source) { return keyed_hash{source.draw<16>()}; }

  std::uint64_t operator()(byte_view data) const;
  std::uint64_t operator()(const connection_id& id) const { return (*this)(byte_view{id.octets}); }
  // IP, port and scope.
  std::uint64_t operator()(const address& value) const;
  template <std::size_t Size>
  std::uint64_t operator()(const byte_array<Size>& data) const {
    return (*this)(byte_view{data});
  }

 private:
  key_type key_;
};

}  // namespace tern::proto
