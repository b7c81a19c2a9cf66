// Until a client's address is validated the relay sends it at most the bytes that it
// received from there (protocol.md, 3: 1.0x; RFC 9000 §8 allows three times that).
// Does not know what validates an address.
#pragma once

#include <cstdint>
#include <limits>

namespace tern::proto {

class amplification_limit {
 public:
  void on_received(std::uint64_t bytes) { received_ += bytes; }
  void on_sent(std::uint64_t bytes) { sent_ += bytes; }
  void lift() { lifted_ = true; }
  bool is_lifted() const { return lifted_; }

  // Bytes that may still be sent.
  std::uint64_t allowance() const {
    if (lifted_) return std::numeric_limits<std::uint64_t>::max();
    return received_ > sent_ ? received_ - sent_ : 0;
  }

 private:
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  bool lifted_ = false;
};

}  // namespace tern::proto
