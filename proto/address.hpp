// An IP address and port as a plain value. IPv4 is kept as ::ffff:a.b.c.d, so that
// "the same address" is one comparison, whichever socket it came through.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace tern::proto {

struct address {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;
  std::uint32_t scope = 0;  // IPv6 scope id; 0 where there is none

  constexpr auto operator<=>(const address&) const = default;

  static constexpr address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port) {
    address result;
    result.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
    result.port = port;
    return result;
  }
  bool is_v4() const;
  // The prefix that limits count by: the whole IPv4 address, or an IPv6 /64.
  std::array<std::uint8_t, 16> limit_prefix() const;
  std::string to_string() const;  // 127.0.0.1:7777, [::1]:7777
};

// Where packets go and come from. `local` names one of the driver's sockets; the
// protocol only compares it.
struct path {
  address remote;
  std::uint32_t local = 0;
  constexpr auto operator<=>(const path&) const = default;
};

}  // namespace tern::proto
