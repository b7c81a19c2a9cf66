// Head-of-line stalls: deliveries that waited for an earlier message.
//
// Message i of a lane that keeps order could have been delivered at
//     ready(i) = scheduled(i) + the least latency of the trial
// had it been alone on the link. It stalled behind an earlier message of its lane when the
// last of those was delivered later than that, by stall_min or more, and i came out no more
// than `together` after it: the two were released in one go. The stall lasts from ready(i)
// to that release.
//
// A message that was late by itself (lost and repeated) is not a stall but may be the cause
// of many. Where order is not kept nothing waits for anything, and nobody asks. What the
// link itself holds back, a queue or jitter that keeps the order, is seen as waiting too.
#pragma once

#include "tools/compare/analysis/message_record.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tern::compare {

// Below this it may as well be the scheduler of a busy machine.
inline constexpr duration stall_min = std::chrono::milliseconds{5};
inline constexpr duration released_together = std::chrono::milliseconds{2};

struct stall {
  std::size_t message = 0;  // its place in the trial
  duration waited{};
};

// In the order of the messages.
std::vector<stall> find_stalls(std::span<const message_record> messages);

}  // namespace tern::compare
