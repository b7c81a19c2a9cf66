// What the page shows, as JSON: the summary, and of each row its figures, percentiles,
// curves and messages (those of the first good trial).
#pragma once

#include "tools/compare/report/summary.hpp"

namespace tern::compare {

// Of longer trials the first ones are drawn one by one; figures and curves are of all.
inline constexpr std::size_t messages_drawn_max = 4000;

json page_data(const comparison& wanted, const comparison_result& result);

}  // namespace tern::compare
