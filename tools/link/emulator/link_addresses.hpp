// The addresses at both ends of link number N: 100.64.N.2 inside, 100.64.N.1 at the far
// end (RFC 6598: shared address space, which no host of the Internet has), and
// fd74:6572:6e:N::2 and ::1 (RFC 4193). A NAT in the middle gives the inside other last octets.
#pragma once

#include "proto/address.hpp"

#include <cstdint>
#include <string>

namespace tern::link_emulator {

struct link_addresses {
  std::uint8_t number = 1;  // 1 to 254

  proto::address inner_v4() const { return v4(2); }
  proto::address far_v4() const { return v4(1); }
  proto::address inner_v6() const { return v6(2); }
  proto::address far_v6() const { return v6(1); }
  proto::address v4(std::uint8_t host) const { return proto::address::v4(100, 64, number, host, 0); }
  proto::address v6(std::uint8_t host) const;
};

inline constexpr int prefix_bits_v4 = 24;
inline constexpr int prefix_bits_v6 = 64;

// Addresses that nothing in the current network namespace has: one more than the highest
// number of those that links around this one took. So a link inside links reaches the
// far ends of all of them. Throws failure when there are 254 already.
link_addresses choose_addresses();

// The address without port and brackets: 100.64.1.2.
std::string host_text(const proto::address& address);

}  // namespace tern::link_emulator
