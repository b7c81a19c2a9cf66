// What became of one message of a trial. Times count from the start of the schedule.
#pragma once

#include "proto/time.hpp"

#include <cstdint>
#include <optional>

namespace tern::compare {

using proto::duration;

struct message_record {
  duration scheduled{};               // when it was due: latency counts from here
  std::optional<duration> sent;       // when the sender handed all of it over; nothing: it never came to that
  std::optional<duration> delivered;  // when the receiver had it for the first time
  std::uint64_t arrival = 0;          // its place in the order of first deliveries; only where it was delivered
  std::uint32_t extra_copies = 0;     // deliveries after the first
  std::uint32_t lane = 0;             // order is kept within a lane, or a connection

  std::optional<duration> latency() const {
    if (!delivered) return std::nullopt;
    return *delivered - scheduled;
  }
};

}  // namespace tern::compare
