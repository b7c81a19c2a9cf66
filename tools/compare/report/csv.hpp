// A line of names, then one for each row of the comparison (RFC 4180, with \n).
#pragma once

#include "tools/compare/run/comparison_run.hpp"

#include <string>

namespace tern::compare {

std::string csv(const comparison& wanted, const comparison_result& result);

}  // namespace tern::compare
