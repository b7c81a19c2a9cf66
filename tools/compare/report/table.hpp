// The table for people.
#pragma once

#include "tools/compare/run/comparison_run.hpp"

#include <string>

namespace tern::compare {

// What is compared, in one or two lines, before it begins.
std::string heading(const comparison& wanted, const link_choice& link);
std::string table(const comparison& wanted, const comparison_result& result);

}  // namespace tern::compare
