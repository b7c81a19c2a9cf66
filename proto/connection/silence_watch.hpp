// Says once that the peer has fallen silent although something is outstanding, and
// once that it is back. A judgement for the owner (try another way), not a verdict:
// only the idle timeout ends a connection.
#pragma once

#include "proto/time.hpp"

#include <cstdint>

namespace tern::proto {

class silence_watch {
 public:
  static constexpr std::uint32_t probes_min = 3;
  static constexpr duration silence_min = std::chrono::seconds{1};

  void on_received(time_point now) {
    heard_at_ = now;
    returned_ = returned_ || is_silent_;
    is_silent_ = false;
  }
  void on_probe(time_point now, std::uint32_t probes_in_a_row) {
    if (is_silent_ || probes_in_a_row < probes_min || now - heard_at_ < silence_min) return;
    is_silent_ = true;
    fell_silent_ = true;
  }

  // Each is true once per change.
  bool take_fell_silent() { return take(fell_silent_); }
  bool take_returned() { return take(returned_); }

 private:
  static bool take(bool& flag) {
    const bool was = flag;
    flag = false;
    return was;
  }

  time_point heard_at_{};
  bool is_silent_ = false;
  bool fell_silent_ = false;
  bool returned_ = false;
};

}  // namespace tern::proto
