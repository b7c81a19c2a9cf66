// How many there are from each address prefix (an IPv4 address, an IPv6 /64).
#pragma once

#include "proto/address.hpp"
#include "proto/seal/keyed_hash.hpp"

#include <array>
#include <cstdint>
#include <unordered_map>

namespace tern::proto {

class prefix_counts {
 public:
  // `hash`: peers choose their prefixes.
  explicit prefix_counts(const keyed_hash& hash) : counts_(0, prefix_hash{hash}) {}

  std::size_t of(const address& from) const {
    const auto found = counts_.find(from.limit_prefix());
    return found == counts_.end() ? 0 : found->second;
  }
  void add(const address& from) { ++counts_[from.limit_prefix()]; }
  // Precondition: of(from) > 0.
  void remove(const address& from) {
    const auto found = counts_.find(from.limit_prefix());
    if (--found->second == 0) counts_.erase(found);
  }

 private:
  using prefix = std::array<std::uint8_t, 16>;
  struct prefix_hash {
    keyed_hash hash;
    std::size_t operator()(const prefix& value) const { return static_cast<std::size_t>(hash(value)); }
  };
  std::unordered_map<prefix, std::size_t, prefix_hash> counts_;
};

}  // namespace tern::proto
