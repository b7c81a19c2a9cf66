// What carries packets.
#pragma once

#include <cstdint>
#include <string_view>

namespace tern::udp {

enum class transport : std::uint8_t { udp, tcp };

constexpr std::string_view to_string(transport which) { return which == transport::udp ? "udp" : "tcp"; }

}  // namespace tern::udp

namespace tern {

using udp::transport;

// What a client may use: whichever works, with a preference for UDP, or one of them alone.
enum class transport_choice : std::uint8_t { automatic, udp, tcp };

constexpr bool allows(transport_choice choice, transport which) {
  return choice == transport_choice::automatic || (choice == transport_choice::udp) == (which == transport::udp);
}

}  // namespace tern
