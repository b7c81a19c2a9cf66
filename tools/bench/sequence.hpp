// The payload of a message: its number in eight bytes, then zeros.
#pragma once

#include "tools/bench/tally.hpp"

#include <cstdint>
#include <cstring>
#include <span>

namespace tern::bench {

constexpr std::size_t sequence_bytes = sizeof(std::uint64_t);

// Precondition: message.size() >= sequence_bytes.
inline void write_sequence(std::span<std::uint8_t> message, std::uint64_t sequence) {
  std::memcpy(message.data(), &sequence, sequence_bytes);
}

// The receiver's count of what arrives.
class arrivals {
 public:
  explicit arrivals(tally& shared) : shared_(shared) {}

  // Precondition: message.size() >= sequence_bytes.
  void on_message(std::span<const std::uint8_t> message) {
    std::uint64_t sequence = 0;
    std::memcpy(&sequence, message.data(), sequence_bytes);
    if (sequence != next_) add(shared_.out_of_order);
    next_ = sequence + 1;
    add(shared_.delivered);
  }

 private:
  tally& shared_;
  std::uint64_t next_ = 0;
};

}  // namespace tern::bench
