// How far a trial was at each of some evenly spaced times: for the curves of a picture.
#pragma once

#include "tools/compare/analysis/message_record.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace tern::compare {

struct progress_point {
  duration at{};
  std::uint64_t due = 0;
  std::uint64_t delivered = 0;
  // Handed over and not there yet: the most at any moment since the point before. What was never
  // delivered counts only where it was promised.
  std::uint64_t in_flight = 0;
};

// `count` points from 0 to `end`, both included. Precondition: count >= 2.
std::vector<progress_point> progress_of(std::span<const message_record> messages, bool promises_delivery, duration end,
                                        std::size_t count);

}  // namespace tern::compare
