// What a figure depends on besides the programs: shown with every run.
#pragma once

#include <cstdint>
#include <string>

namespace tern::bench {

struct setting {
  unsigned cores = 0;
  std::string kernel;  // "Linux 6.1.0"
  std::uint64_t receive_buffer_bytes_asked = 0;
  std::uint64_t receive_buffer_bytes_given = 0;  // net.core.rmem_max may hold it down
  bool has_assertions = false;                   // only the preset bench is built without
};

setting this_setting();

// tern's bounds that the run raises above their defaults, for people.
std::string limits_raised();

}  // namespace tern::bench
