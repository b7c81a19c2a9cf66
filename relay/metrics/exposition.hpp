// The relay's numbers in Prometheus' text format (0.0.4): names begin with tern_relay_,
// units are seconds and bytes, what only grows ends in _total.
#pragma once

#include "relay/metrics/relay_numbers.hpp"

#include <string>
#include <string_view>

namespace tern::relay {

inline constexpr std::string_view exposition_type = "text/plain; version=0.0.4; charset=utf-8";

std::string expose(const relay_numbers& numbers);

}  // namespace tern::relay
