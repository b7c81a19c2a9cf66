// Which of this machine's networks leads to an address.
#pragma once

#include "proto/address.hpp"

#include <optional>
#include <string>

namespace tern::udp {

// Interface and prefix, as in "wlan0 192.168.1.0/24"; nothing where no route leads there.
// Asks the system's tables; nothing is sent.
std::optional<std::string> network_towards(const proto::address& remote);

}  // namespace tern::udp
