// A row of the result: the medians of its trials.
#pragma once

#include "tools/bench/trial.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tern::bench {

struct row {
  std::string name;
  std::size_t message_bytes = 0;
  std::string failure;  // of a trial; the figures are those of the good ones
  std::size_t trials = 0;
  double messages_per_second = 0;
  double megabits_per_second = 0;      // of message bytes delivered
  double cpu_seconds_per_million = 0;  // messages delivered, both processes
  std::optional<double> lost_share;    // of the messages handed over, never delivered: only for raw UDP
  double receive_drops = 0;            // datagrams, of a trial
  double datagrams_lost = 0;           // declared lost by the protocol, of a trial
  std::optional<double> latency_p50;   // milliseconds until the sender knew: only for commits
  std::optional<double> latency_p99;
  std::optional<double> share_of_limit;  // goodput beside that of the row raw-full
};

// `shows_loss`: the contender does not repeat, so what did not arrive when the trial ended is lost.
row summarize(const std::string& name, std::size_t message_bytes, bool shows_loss, const std::vector<sample>& samples);

// Precondition: rows hold distinct (name, size). Without a row raw-full there is no share.
void set_shares(std::vector<row>& rows);

}  // namespace tern::bench
