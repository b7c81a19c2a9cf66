// The ids of PARAMS entries (WIRE.md, "PARAMS"). Each value is one varint that fills its entry.
#pragma once

#include <cstdint>

namespace tern::proto {

enum class param_id : std::uint8_t {
  max_data = 1,
  max_ack_delay = 2,  // microseconds
  idle_timeout = 3,   // milliseconds
  message_bytes_max = 4,
  reassembly_bytes_max = 5,
};

}  // namespace tern::proto
