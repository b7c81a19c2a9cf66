// One measurement of one contender: forks a receiver and a sender, lets them run into
// a steady state, and looks at them over a while of wall clock.
#pragma once

#include "tools/bench/contender.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tern::bench {

struct sample {
  std::string failure;         // empty where the trial is good; the rest counts only then
  double seconds = 0;          // that were looked at
  std::uint64_t messages = 0;  // delivered in that time
  double cpu_seconds = 0;      // of both processes in that time, user and system
  // Of what was delivered in that time, where the sender learns of it: milliseconds until then.
  std::optional<double> latency_p50;
  std::optional<double> latency_p99;
  // Of the whole trial:
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t datagrams_lost = 0;
  std::uint64_t receive_drops = 0;  // by full receive buffers of both sides
  std::uint64_t out_of_order = 0;
};

sample run_trial(const contender& who, const workload& work, std::chrono::duration<double> length);

}  // namespace tern::bench
