#include "proto/recovery/skipped_numbers.hpp"

#include <algorithm>

namespace tern::proto {

void skipped_numbers::add(packet_range run) {
  if (runs_.size() == runs_max) runs_.erase(runs_.begin());
  runs_.push_back(run);
}

bool skipped_numbers::meets(const packet_range& range) const {
  const auto run = std::partition_point(runs_.begin(), runs_.end(),
                                        [&range](const packet_range& skipped) { return skipped.last < range.first; });
  return run != runs_.end() && run->first <= range.last;
}

}  // namespace tern::proto
