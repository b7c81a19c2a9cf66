#include "proto/recovery/pto_timer.hpp"

#include <algorithm>

namespace tern::proto {

duration pto_timer::interval(duration base) const {
  duration wait = base;
  for (std::uint32_t step = 0; step < fired_ && wait < cap; ++step) wait = step < 2 ? wait + wait / 2 : wait * 2;
  // A path slower than the cap is never probed before its own PTO.
  return std::min(wait, std::max(cap, base));
}

}  // namespace tern::proto
