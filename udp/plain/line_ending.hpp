// How lines end on the wire.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tern::udp {

enum class line_ending : std::uint8_t { lf, crlf };

constexpr std::string_view text_of(line_ending ending) { return ending == line_ending::crlf ? "\r\n" : "\n"; }

// Every line feed that has no carriage return before it gets one.
inline std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n' && (out.empty() || out.back() != '\r')) out += '\r';
    out += c;
  }
  return out;
}

}  // namespace tern::udp
