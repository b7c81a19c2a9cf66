// Records of messages as a test writes them down.
#pragma once

#include "tools/compare/analysis/message_record.hpp"

#include <cstdint>
#include <vector>

namespace tern::compare {

constexpr duration ms(std::int64_t count) { return std::chrono::milliseconds{count}; }

inline message_record delivered_at(duration scheduled, duration delivered, std::uint64_t arrival,
                                   std::uint32_t lane = 0) {
  return {.scheduled = scheduled,
          .sent = scheduled,
          .delivered = delivered,
          .arrival = arrival,
          .extra_copies = 0,
          .lane = lane};
}

inline message_record never_delivered(duration scheduled) {
  return {.scheduled = scheduled, .sent = scheduled, .delivered = {}, .arrival = 0, .extra_copies = 0, .lane = 0};
}

// Message i of the result was the arrivals[i]-th delivery.
inline std::vector<message_record> with_arrivals(const std::vector<std::uint64_t>& arrivals) {
  std::vector<message_record> messages;
  for (const std::uint64_t each : arrivals) messages.push_back(delivered_at({}, ms(1), each));
  return messages;
}

}  // namespace tern::compare
