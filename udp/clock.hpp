// The one reader of the clocks. Drivers pass what it says on as an argument.
#pragma once

#include "proto/time.hpp"

#include <chrono>

namespace tern::udp {

struct clock {
  // The system's steady clock on the time line of proto.
  static proto::time_point now() {
    const auto since_origin = std::chrono::steady_clock::now().time_since_epoch();
    return proto::time_point{std::chrono::duration_cast<proto::duration>(since_origin)};
  }
  // For timers: the same instant on the steady clock.
  static std::chrono::steady_clock::time_point to_steady(proto::time_point when) {
    return std::chrono::steady_clock::time_point{
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(when.time_since_epoch())};
  }
  // The calendar, which may jump: only for what is shown or carried in messages.
  static proto::wall_time wall() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace tern::udp
