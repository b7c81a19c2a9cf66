// After our CLOSE, packets that still arrive are answered with it again, but only the
// 1st, 2nd, 4th, 8th …, so that two peers never argue for long (RFC 9000 §10.2.1).
#pragma once

#include <cstdint>

namespace tern::proto {

class close_answers {
 public:
  // A packet arrived while closing: is CLOSE to be sent again?
  bool on_packet() {
    ++packets_;
    return (packets_ & (packets_ - 1)) == 0;
  }

 private:
  std::uint64_t packets_ = 0;
};

}  // namespace tern::proto
