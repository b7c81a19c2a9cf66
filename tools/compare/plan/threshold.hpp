// --fail-if PATH<=VALUE: what must be true of a figure. (The name is that of the exit
// status: the comparison fails if this does not hold.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tern::compare {

enum class relation : std::uint8_t { less, at_most, equal, at_least, more };

struct threshold {
  std::string text;  // as it was written
  std::string path;  // into the summary: modes.reliable-ordered.latency_ms.p99
  relation wanted = relation::at_most;
  double value = 0;

  // A figure that does not exist holds nothing.
  bool holds(std::optional<double> figure) const;
};

// The value may have a unit: 31ms counts in milliseconds, 5% is 0.05. Throws usage_error.
threshold parse_threshold(const std::string& text);

}  // namespace tern::compare
