#include "tools/link/emulator/icmp_error.hpp"

#include "tools/link/emulator/checksum_change.hpp"

#include <algorithm>

namespace tern::link_emulator {

namespace {

constexpr std::size_t icmp_header = 8;

// RFC 792 and RFC 4443: unreachable, too big, time exceeded, parameter problem.
bool is_error(proto::byte_view packet, const ip_layout& layout) {
  const std::uint8_t type = packet[layout.header];
  if (layout.protocol == protocol_icmp) return type == 3 || type == 11 || type == 12;
  return layout.protocol == protocol_icmp_v6 && type >= 1 && type <= 4;
}

std::uint16_t word_at(proto::byte_view octets, std::size_t at) {
  const unsigned low = at + 1 < octets.size() ? octets[at + 1] : 0U;  // an odd last octet is padded
  return static_cast<std::uint16_t>(unsigned{octets[at]} << 8U | low);
}

}  // namespace

std::optional<error_cause> cause_of_error(proto::byte_view error, const ip_layout& layout) {
  if (!layout.is_first || layout.header + icmp_header >= error.size() || !is_error(error, layout)) return std::nullopt;
  const auto octets = error.subspan(layout.header + icmp_header);
  const auto cause = parse_ip(octets);
  if (!cause) return std::nullopt;
  return error_cause{octets, *cause};
}

void rewrite_cause(proto::mutable_byte_view error, const ip_layout& layout, const error_cause& cause,
                   const proto::address& source) {
  const auto inside = error.subspan(layout.header + icmp_header);
  const proto::bytes before{inside.begin(), inside.end()};
  rewrite_source(inside, cause.layout, source);
  checksum_change change;
  for (std::size_t at = 0; at < inside.size(); at += 2) change.replace(word_at(before, at), word_at(inside, at));
  const std::size_t checksum = layout.header + 2;
  const std::uint16_t mended = change.applied_to(word_at(error, checksum));
  error[checksum] = static_cast<std::uint8_t>(mended >> 8U);
  error[checksum + 1] = static_cast<std::uint8_t>(mended);
}

}  // namespace tern::link_emulator
