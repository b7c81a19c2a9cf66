// The middle of a few repetitions.
#pragma once

#include <optional>
#include <vector>

namespace tern::compare {

// Of an even number: the mean of the two in the middle. Nothing counts as more than
// everything else, so a median of nothing may come out although a value went in.
std::optional<double> median(std::vector<std::optional<double>> values);

}  // namespace tern::compare
