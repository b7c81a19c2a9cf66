#include "cli/command/suggestion.hpp"

#include <algorithm>
#include <vector>

namespace tern::cli {

namespace {
constexpr std::size_t word_length_max = 64;  // nothing longer is a mistyped command
}

std::size_t edit_distance(std::string_view from, std::string_view to) {
  // distance[i][j]: between the first i characters of `from` and the first j of `to`.
  std::vector<std::vector<std::size_t>> distance(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) distance[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) distance[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = distance[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      distance[i][j] = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        distance[i][j] = std::min(distance[i][j], distance[i - 2][j - 2] + 1);
      }
    }
  }
  return distance[from.size()][to.size()];
}

std::optional<std::string_view> suggest(std::string_view typed, std::span<const std::string_view> known) {
  if (typed.empty() || typed.size() > word_length_max) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t nearest_distance = 1 + (typed.size() - 1) / 3;
  for (const std::string_view word : known) {
    const std::size_t distance = edit_distance(typed, word);
    if (distance > nearest_distance || (distance == nearest_distance && nearest)) continue;
    nearest = word;
    nearest_distance = distance;
  }
  return nearest;
}

}  // namespace tern::cli
