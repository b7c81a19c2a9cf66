// Reordering as RFC 4737 measures it, over the messages of a trial in the order of their
// first deliveries. Duplicates do not take part (section 3.1).
#pragma once

#include "tools/compare/analysis/message_record.hpp"

#include <cstdint>
#include <span>

namespace tern::compare {

struct reordering_measure {
  // Type-P-Reordered (3.3): its number is below that of a message delivered before it.
  std::uint64_t reordered = 0;
  // Largest reordering extent (4.2.2): how many deliveries ago the first message with a
  // higher number came. What a receiver would have to hold to restore the order.
  std::uint64_t extent_max = 0;
};

// The number of a message is its place in `messages`; every lane is a sequence of its own.
reordering_measure measure_reordering(std::span<const message_record> messages);

}  // namespace tern::compare
