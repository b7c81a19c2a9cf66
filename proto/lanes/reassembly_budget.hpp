// The memory that incomplete messages may take: for each connection, for each address
// prefix, and in all (protocol.md, 4). One object an endpoint; every connection has an
// account with it. When something is full the new is refused and the old is kept.
#pragma once

#include "proto/address.hpp"
#include "proto/limits.hpp"
#include "proto/seal/keyed_hash.hpp"

#include <array>
#include <cstdint>
#include <unordered_map>

namespace tern::proto {

class reassembly_budget {
 public:
  reassembly_budget(const limits& bounds, const keyed_hash& hash) : bounds_(bounds), prefixes_(0, prefix_hash{hash}) {}

  std::uint64_t in_use() const { return total_; }

  // A connection's share. Gives everything back when it goes.
  class account {
   public:
    account(reassembly_budget& budget, const address& peer) : budget_(budget), prefix_(peer.limit_prefix()) {}
    ~account() { give_back(held_); }
    account(const account&) = delete;
    account& operator=(const account&) = delete;

    bool has_room(std::uint64_t bytes) const;
    // Precondition: has_room(bytes).
    void take(std::uint64_t bytes);
    void give_back(std::uint64_t bytes);
    std::uint64_t held() const { return held_; }

   private:
    reassembly_budget& budget_;
    std::array<std::uint8_t, 16> prefix_;
    std::uint64_t held_ = 0;
  };

 private:
  struct prefix_hash {
    keyed_hash hash;
    std::size_t operator()(const std::array<std::uint8_t, 16>& prefix) const {
      return static_cast<std::size_t>(hash(prefix));
    }
  };

  limits bounds_;
  std::uint64_t total_ = 0;
  std::unordered_map<std::array<std::uint8_t, 16>, std::uint64_t, prefix_hash> prefixes_;
};

}  // namespace tern::proto
