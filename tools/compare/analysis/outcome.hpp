// The figures of one trial, or the medians of several, and their names. A figure that
// does not exist (a latency when nothing came) is nothing, not zero.
#pragma once

#include "tools/compare/analysis/trial_record.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace tern::compare {

struct outcome {
  std::optional<double> due;              // messages scheduled
  std::optional<double> delivered;        // at least once
  std::optional<double> lost;             // not promised, and not there at the end
  std::optional<double> late;             // promised, and not there at the end
  std::optional<double> delivered_share;  // of those due
  std::optional<double> duplicates;       // deliveries after the first
  std::optional<double> reordered;        // RFC 4737
  std::optional<double> reordering_extent_max;

  std::optional<double> latency_min;  // milliseconds from the scheduled time
  std::optional<double> latency_p50;
  std::optional<double> latency_p90;
  std::optional<double> latency_p95;
  std::optional<double> latency_p99;
  std::optional<double> latency_p999;
  std::optional<double> latency_max;

  std::optional<double> stalls;  // head_of_line.hpp
  std::optional<double> stalled_share;
  std::optional<double> stall_longest;  // milliseconds
  std::optional<double> stall_total;    // milliseconds, of all messages together

  std::optional<double> goodput;  // Mbit/s of message bytes delivered, from the first due to the last delivered
  std::optional<double> wire_bytes;
  std::optional<double> wire_bytes_per_message;  // delivered
  std::optional<double> repeated_packets;
  std::optional<double> network_lost;
  std::optional<double> emulator_missed;
  std::optional<double> socket_drops;
  std::optional<double> sender_cpu;  // milliseconds
  std::optional<double> receiver_cpu;
  std::optional<double> cpu_per_message;  // microseconds, both sides
  std::optional<double> connecting;       // milliseconds
  std::optional<double> sender_behind;    // milliseconds: p99 of what the sender itself was behind the schedule
};

struct promises {
  bool delivery = false;
  bool order = false;
};

outcome analyse(const trial_record& trial, const promises& promised);
// Figure by figure.
outcome medians(std::span<const outcome> trials);

// A figure as JSON, CSV and --fail-if name it. A dot stands between a group and its member.
struct figure {
  std::string_view path;
  std::string_view help;
  std::optional<double> outcome::*value;
};
std::span<const figure> all_figures();

}  // namespace tern::compare
