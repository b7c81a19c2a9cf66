// After a failure everything that was asked for in ignorance of it is refused, so that
// it does not overtake what the failure refused (append_request::failures_seen).
#pragma once

#include "relay/store/types.hpp"

#include <cstdint>

namespace tern::relay {

class failure_gate {
 public:
  bool admits(const append_request& request) const { return request.failures_seen >= failures_; }
  void on_failure() { ++failures_; }
  void restart() { failures_ = 0; }
  std::uint64_t failures() const { return failures_; }

 private:
  std::uint64_t failures_ = 0;
};

}  // namespace tern::relay
