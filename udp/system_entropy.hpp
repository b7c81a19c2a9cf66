// Entropy from the operating system.
#pragma once

#include "proto/entropy.hpp"

namespace tern::udp {

class system_entropy final : public proto::entropy {
 public:
  // Also initialises libsodium for the process (threads may race here), which selects
  // the code that fits the processor. Aborts where the system has no entropy.
  system_entropy();
  void fill(proto::mutable_byte_view out) override;
};

}  // namespace tern::udp
