#include "proto/address.hpp"

#include <algorithm>
#include <cstdio>

namespace tern::proto {

namespace {
constexpr std::array<std::uint8_t, 12> v4_mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// RFC 5952: lower case, the longest run of two or more zero groups becomes "::".
std::string v6_text(const std::array<std::uint8_t, 16>& ip) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<unsigned>(ip[2 * i] << 8U | ip[2 * i + 1]);
  std::size_t run_start = groups.size();
  std::size_t run_length = 1;
  for (std::size_t i = 0; i < groups.size();) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i > run_length) {
      run_start = i;
      run_length = end - i;
    }
    i = end + 1;
  }
  std::string text;
  for (std::size_t i = 0; i < groups.size();) {
    if (i == run_start) {
      text += "::";
      i += run_length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 8> group{};
    std::snprintf(group.data(), group.size(), "%x", groups[i]);
    text += group.data();
    ++i;
  }
  return text;
}
}  // namespace

bool address::is_v4() const { return std::equal(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), ip.begin()); }

std::array<std::uint8_t, 16> address::limit_prefix() const {
  if (is_v4()) return ip;
  auto prefix = ip;
  std::fill(prefix.begin() + 8, prefix.end(), std::uint8_t{0});
  return prefix;
}

std::string address::to_string() const {
  const std::string port_text = ":" + std::to_string(port);
  if (!is_v4()) return "[" + v6_text(ip) + (scope != 0 ? "%" + std::to_string(scope) : "") + "]" + port_text;
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", ip[12], ip[13], ip[14], ip[15]);
  return text.data() + port_text;
}

}  // namespace tern::proto
