// The page: one HTML file that needs nothing else, with data and chart library in it.
#pragma once

#include "tools/compare/run/comparison_run.hpp"

#include <string>

namespace tern::compare {

// The chart library, from Debian's libjs-chart.js. Throws link_emulator::failure with what to
// install where it is missing: ask before a comparison, not after it.
std::string chart_library();

std::string page(const comparison& wanted, const comparison_result& result, const std::string& library);

// Throws link_emulator::failure.
void write_file(const std::string& path, const std::string& text);

}  // namespace tern::compare
