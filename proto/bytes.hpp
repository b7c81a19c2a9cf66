// Names for the two shapes in which bytes travel through proto/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tern::proto {

using bytes = std::vector<std::uint8_t>;          // owned
using byte_view = std::span<const std::uint8_t>;  // borrowed, never stored beyond the call
using mutable_byte_view = std::span<std::uint8_t>;

template <std::size_t Size>
using byte_array = std::array<std::uint8_t, Size>;

inline byte_view as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(byte_view view) { return {reinterpret_cast<const char*>(view.data()), view.size()}; }

}  // namespace tern::proto
