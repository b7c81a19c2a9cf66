// Latencies of a trial, exact: all of them, sorted. A message that was promised and is
// not there counts as one that takes longer than any other, so that a mode does not look
// faster for what it failed to deliver in time.
#pragma once

#include "tools/compare/analysis/message_record.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tern::compare {

class latency_distribution {
 public:
  // `missing`: messages that take for ever.
  explicit latency_distribution(std::vector<duration> latencies, std::size_t missing = 0);

  // By nearest rank: the smallest latency that at least `share` of the messages do not exceed.
  // Nothing where that one is missing, or where there is none at all. Precondition: 0 <= share <= 1.
  std::optional<duration> at(double share) const;
  std::optional<duration> least() const { return at(0); }
  std::optional<duration> most() const { return at(1); }
  std::span<const duration> sorted() const { return sorted_; }

 private:
  std::vector<duration> sorted_;
  std::size_t missing_;
};

// Of what was sent. Undelivered messages are missing where the mode promised them.
latency_distribution latencies_of(std::span<const message_record> messages, bool promises_delivery);

}  // namespace tern::compare
