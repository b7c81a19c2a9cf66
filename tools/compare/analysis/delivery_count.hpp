// How many messages came, how many did not, and how many came more than once.
#pragma once

#include "tools/compare/analysis/message_record.hpp"

#include <cstdint>
#include <span>

namespace tern::compare {

struct delivery_count {
  std::uint64_t due = 0;        // scheduled
  std::uint64_t delivered = 0;  // at least once
  std::uint64_t missing = 0;    // not by the end of the trial
  std::uint64_t extra_copies = 0;
};

delivery_count count_deliveries(std::span<const message_record> messages);

}  // namespace tern::compare
