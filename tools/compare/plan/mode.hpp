// A way of carrying messages: a row of the comparison.
#pragma once

#include "proto/lane.hpp"
#include "tools/compare/analysis/outcome.hpp"

#include <string>
#include <vector>

namespace tern::compare {

enum class carrier : std::uint8_t { raw_udp, tern, tern_tcp, raw_tcp };

constexpr bool is_tcp(carrier how) { return how == carrier::tern_tcp || how == carrier::raw_tcp; }

struct mode {
  std::string name;         // as --modes and the results name it
  std::string description;  // one line
  carrier how = carrier::raw_udp;
  promises promised;
  proto::delivery delivery = proto::delivery::unreliable;  // tern
  std::string congestion;                                  // TCP: the kernel's name; empty: its default
};

// All that this machine can run: both over TCP once with each congestion control of the kernel's.
std::vector<mode> known_modes();
// A line for each, and for those that are missing.
std::string modes_text();
// Those that run when none are asked for.
std::vector<mode> default_modes();
// Commas between names; "all" is all of them. Throws usage_error.
std::vector<mode> parse_modes(const std::string& names);

}  // namespace tern::compare
