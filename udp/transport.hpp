// What carries the messages.
#pragma once

#include <cstdint>

namespace tern::udp {

enum class transport : std::uint8_t { udp, tcp };

}  // namespace tern::udp
