// Who talks to whom over a link, as seen at its far end.
#pragma once

#include "proto/address.hpp"

#include <compare>

namespace tern::link_emulator {

struct flow {
  proto::address source;
  proto::address destination;
  auto operator<=>(const flow&) const = default;
};

}  // namespace tern::link_emulator
