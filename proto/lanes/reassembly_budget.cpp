#include "proto/lanes/reassembly_budget.hpp"

namespace tern::proto {

bool reassembly_budget::account::has_room(std::uint64_t bytes) const {
  const limits& bounds = budget_.bounds_;
  if (held_ + bytes > bounds.reassembly_bytes_connection_max) return false;
  if (budget_.total_ + bytes > bounds.reassembly_bytes_total_max) return false;
  const auto found = budget_.prefixes_.find(prefix_);
  const std::uint64_t of_prefix = found == budget_.prefixes_.end() ? 0 : found->second;
  return of_prefix + bytes <= bounds.reassembly_bytes_prefix_max;
}

void reassembly_budget::account::take(std::uint64_t bytes) {
  if (bytes == 0) return;
  held_ += bytes;
  budget_.total_ += bytes;
  budget_.prefixes_[prefix_] += bytes;
}

void reassembly_budget::account::give_back(std::uint64_t bytes) {
  if (bytes == 0) return;
  held_ -= bytes;
  budget_.total_ -= bytes;
  const auto found = budget_.prefixes_.find(prefix_);
  found->second -= bytes;
  if (found->second == 0) budget_.prefixes_.erase(found);
}

}  // namespace tern::proto
