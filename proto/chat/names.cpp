#include "proto/chat/names.hpp"

namespace tern::proto::chat {

std::optional<std::string> fold_name(std::string_view text) {
  if (text.empty() || text.size() > name_bytes_max) return std::nullopt;
  std::string folded;
  folded.reserve(text.size());
  for (const char letter : text) {
    const char lower = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    const bool allowed =
        (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '_' || lower == '-';
    if (!allowed) return std::nullopt;
    folded.push_back(lower);
  }
  return folded;
}

}  // namespace tern::proto::chat
