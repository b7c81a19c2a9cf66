// Everything that a trial (one mode, one seed, once over the link) leaves behind.
#pragma once

#include "tools/compare/analysis/message_record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tern::compare {

// The sender's protocol took packets for lost, or sent some again, and when it said so.
struct repetition {
  duration at{};
  std::uint64_t packets = 0;
};

struct trial_record {
  std::vector<message_record> messages;
  std::size_t message_bytes = 0;
  std::vector<repetition> repetitions;  // as far as the sender's protocol tells
  duration connecting{};                // before the schedule began
  duration length{};                    // from the schedule's start to the last delivery
  // Both ways with IP headers, from the schedule's start on; nothing where nobody knows.
  std::optional<std::uint64_t> wire_bytes;
  std::optional<std::uint64_t> network_lost;  // packets, dropped or damaged by the link for whatever reason, both ways
  // This machine's doing: packets that the emulator was not fast enough for, datagrams that found
  // a receive buffer full at either end.
  std::optional<std::uint64_t> emulator_missed;
  std::uint64_t socket_drops = 0;
  duration sender_cpu{};
  duration receiver_cpu{};
};

}  // namespace tern::compare
