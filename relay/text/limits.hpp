// The bounds of the text gateway, and what counts the hits (relay.md, sections 5 and 7). Rates are per second; sizes
// are octets. What a line costs the hub is limited there, as for everyone else.
#pragma once

#include "proto/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tern::relay {

struct text_limits {
  std::uint64_t connections_max = 1'024;
  // Of one IPv4 address or IPv6 /64, all its visitors together. A rate of 0 means no limit.
  std::uint64_t prefix_connections_max = 256;
  std::uint64_t prefix_visits_rate = 10;
  std::uint64_t prefix_visits_burst = 512;
  std::uint64_t prefix_messages_rate = 200;
  std::uint64_t prefix_messages_burst = 1'000;

  std::uint64_t line_bytes_max = 4'096;
};

// Not open to configuration.
// Address prefixes whose visitors are gone, until their rates have recovered.
inline constexpr std::size_t text_prefixes_remembered_max = 10'000;
// What waits to be written to one visitor; the message that exceeds it is the last one taken.
inline constexpr std::size_t text_output_bytes_max = 64 * 1024;
// Of a longer message the rest is left out, and that is said.
inline constexpr std::size_t text_shown_bytes_max = 16 * 1024;
// Lines of one visitor that are on their way to the log.
inline constexpr std::size_t text_undecided_max = 16;
// One-shots on their way to the log, all together: anyone can forge where they come from.
inline constexpr std::size_t one_shots_undecided_max = 64;
// A line that was not written by then is given up, and that is said.
inline constexpr proto::duration text_patience = std::chrono::seconds{30};
inline constexpr proto::duration one_shot_patience = std::chrono::seconds{2};

struct text_counters {
  std::uint64_t refused = 0;         // visitors: no space
  std::uint64_t prefix_refused = 0;  // visitors: too many of their address, or too fast
  std::uint64_t paced = 0;           // messages that waited for the rate of their address
  std::uint64_t lines_refused = 0;   // too long, or not UTF-8
  std::uint64_t one_shots_refused = 0;
  std::uint64_t prefix_forgotten = 0;  // gone, and their rates had not recovered yet
};

struct text_counter_field {
  std::string_view name;
  std::uint64_t text_counters::*field;
};
inline constexpr std::array text_hits{
    text_counter_field{"text-connections-refused", &text_counters::refused},
    text_counter_field{"text-prefix-refused", &text_counters::prefix_refused},
    text_counter_field{"text-paced", &text_counters::paced},
    text_counter_field{"text-lines-refused", &text_counters::lines_refused},
    text_counter_field{"text-one-shots-refused", &text_counters::one_shots_refused},
    text_counter_field{"text-prefix-forgotten", &text_counters::prefix_forgotten},
};

struct text_limit_field {
  std::string_view name;
  std::uint64_t text_limits::*field;
  std::uint64_t least = 0;  // below it nothing would work at all
  std::uint64_t most = 1'000'000'000;
};
// Names for `--limit NAME=VALUE`.
inline constexpr std::array text_limit_fields{
    text_limit_field{"text-connections", &text_limits::connections_max},
    text_limit_field{"text-prefix-connections", &text_limits::prefix_connections_max},
    text_limit_field{"text-prefix-visits-rate", &text_limits::prefix_visits_rate},
    text_limit_field{"text-prefix-visits-burst", &text_limits::prefix_visits_burst, 1},
    text_limit_field{"text-prefix-messages-rate", &text_limits::prefix_messages_rate},
    text_limit_field{"text-prefix-messages-burst", &text_limits::prefix_messages_burst, 1},
    text_limit_field{"text-line-bytes", &text_limits::line_bytes_max, 1, 64 * 1024},
};

}  // namespace tern::relay
