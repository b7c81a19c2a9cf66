// A typed line in words.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

namespace tern::cli {

inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The first word, and what follows it.
inline std::pair<std::string_view, std::string_view> split_word(std::string_view text) {
  const auto end = std::min(text.find_first_of(" \t"), text.size());
  return {text.substr(0, end), trimmed(text.substr(end))};
}

}  // namespace tern::cli
