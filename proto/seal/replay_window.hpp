// Which packet numbers of one direction were already received, for the newest 4096 of
// them; anything older counts as received. A ring of words as in RFC 6479, so moving
// on clears whole words and never shifts bits.
//
// Invariant: only accept() changes anything, and the caller calls it only after the
// packet was authenticated, so a forged number moves nothing.
#pragma once

#include "proto/numbers.hpp"

#include <array>
#include <cstdint>

namespace tern::proto {

class replay_window {
 public:
  static constexpr std::uint64_t size = 4096;

  // Whether the number is new and not below the window.
  bool may_accept(packet_number number) const;
  // Precondition: may_accept(number), and the packet was authenticated.
  void accept(packet_number number);

 private:
  static constexpr std::uint64_t word_bits = 64;
  // One word more than the window, so that the word being filled never takes from it.
  static constexpr std::uint64_t word_count = size / word_bits + 1;

  std::uint64_t newest_word_ = 0;  // packet number / 64 of the newest packet accepted
  std::array<std::uint64_t, word_count> seen_{};
};

}  // namespace tern::proto
