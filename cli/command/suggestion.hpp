// "did you mean": the known word nearest to a mistyped one.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tern::cli {

// Nothing where no word is near enough to be meant (about one slip for every three letters).
std::optional<std::string_view> suggest(std::string_view typed, std::span<const std::string_view> known);

// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
std::size_t edit_distance(std::string_view from, std::string_view to);

}  // namespace tern::cli
