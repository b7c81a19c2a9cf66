// Points of time that may be unset: whoever has nothing to wait for has no deadline.
#pragma once

#include "proto/time.hpp"

#include <algorithm>
#include <optional>

namespace tern::proto {

// The one that comes first of those that are set.
inline std::optional<time_point> earlier(std::optional<time_point> one, std::optional<time_point> other) {
  if (!one) return other;
  if (!other) return one;
  return std::min(*one, *other);
}

inline void keep_earlier(std::optional<time_point>& earliest, std::optional<time_point> other) {
  earliest = earlier(earliest, other);
}

}  // namespace tern::proto
