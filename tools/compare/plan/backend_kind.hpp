// The two ways of having a link (run/tun_backend.hpp, run/loopback_backend.hpp).
#pragma once

#include <cstdint>

namespace tern::compare {

enum class backend_kind : std::uint8_t { tun, loopback };

}  // namespace tern::compare
