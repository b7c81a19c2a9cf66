// The packet numbers left out on purpose, the most recent runs of them. A peer that
// acknowledges one claims what it cannot have received.
#pragma once

#include "proto/packet/packet_ranges.hpp"

#include <cstddef>
#include <vector>

namespace tern::proto {

class skipped_numbers {
 public:
  // A few ten thousand packets back, at the pace of number_skipper.
  static constexpr std::size_t runs_max = 32;

  // Precondition: above all runs so far.
  void add(packet_range run);
  bool meets(const packet_range& range) const;

 private:
  std::vector<packet_range> runs_;  // ascending
};

}  // namespace tern::proto
