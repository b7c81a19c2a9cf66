// How a checksum of the Internet's kind (RFC 1071) changes with what it covers, so that one
// that was wrong before is as wrong after.
#pragma once

#include <cstdint>

namespace tern::link_emulator {

// RFC 1624, equation 3: HC' = ~(~HC + ~m + m').
class checksum_change {
 public:
  // One 16-bit word, at an even offset of what the checksum covers.
  void replace(std::uint16_t before, std::uint16_t after) {
    sum_ += static_cast<std::uint16_t>(~before);
    sum_ += after;
  }
  std::uint16_t applied_to(std::uint16_t checksum) const {
    std::uint64_t sum = sum_ + static_cast<std::uint16_t>(~checksum);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
  }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace tern::link_emulator
