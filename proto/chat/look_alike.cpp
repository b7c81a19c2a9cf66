#include "proto/chat/look_alike.hpp"

#include "proto/chat/names.hpp"

#include <algorithm>
#include <array>

namespace tern::proto::chat {
namespace {

char plain(char letter) {
  switch (letter) {
    case '0':
      return 'o';
    case '1':
    case 'i':
      return 'l';
    case '5':
      return 's';
    default:
      return letter;
  }
}

// None of the results is part of a pair: one pass is enough.
struct pair {
  char first, second, looks_like;
};
constexpr std::array pairs{pair{'r', 'n', 'm'}, pair{'v', 'v', 'w'}, pair{'c', 'l', 'd'}};

}  // namespace

std::string skeleton_of(std::string_view folded) {
  std::string skeleton;
  for (const char letter : folded) {
    if (letter == '_' || letter == '-') continue;
    skeleton.push_back(plain(letter));
    for (const auto& [first, second, looks_like] : pairs) {
      if (skeleton.size() < 2 || skeleton.back() != second || skeleton[skeleton.size() - 2] != first) continue;
      skeleton.pop_back();
      skeleton.back() = looks_like;
    }
  }
  return skeleton;
}

bool looks_reserved(std::string_view folded) {
  const std::string look = skeleton_of(folded);
  return look.starts_with(skeleton_of(reserved_prefix)) ||
         std::any_of(reserved_names.begin(), reserved_names.end(),
                     [&](std::string_view name) { return look == skeleton_of(name); });
}

}  // namespace tern::proto::chat
