#include "tools/compare/analysis/median.hpp"

#include <algorithm>

namespace tern::compare {

namespace {
bool is_less(const std::optional<double>& a, const std::optional<double>& b) { return a && (!b || *a < *b); }
}  // namespace

std::optional<double> median(std::vector<std::optional<double>> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end(), is_less);
  const auto& upper = values[values.size() / 2];
  const auto& lower = values[(values.size() - 1) / 2];
  if (!lower || !upper) return std::nullopt;
  return (*lower + *upper) / 2;
}

}  // namespace tern::compare
