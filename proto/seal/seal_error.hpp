// Why bytes were not sealed or opened.
#pragma once

#include <cstdint>

namespace tern::proto {

enum class seal_error : std::uint8_t {
  too_short,        // shorter than a public key and a tag
  too_long,         // above what a Noise message may have (65,535 bytes), or above the room given
  forged,           // the tag does not match: wrong key, wrong prologue, damage or an attack
  low_order_point,  // the peer's public key would give an all-zero shared secret
  out_of_turn,      // not this side's turn, or an earlier step failed
};

}  // namespace tern::proto
