// A token bucket that spreads packets over time (RFC 9002 section 7.7). Small
// interactive messages may run into a bounded debt, so that they do not wait behind
// bulk; what they took is paid back, so the rate holds over any longer time.
// Knows no windows and no packets.
#pragma once

#include "proto/time.hpp"

#include <cstdint>

namespace tern::proto {

class pacer {
 public:
  explicit pacer(std::uint64_t datagram_bytes = 1200);

  // Bytes per second, > 0. Until it is first called the pacer lets one burst through.
  void set_rate(time_point now, std::uint64_t bytes_per_second);
  void set_datagram_bytes(std::uint64_t size);

  bool may_send(time_point now, std::uint64_t size) const;
  // For interactive messages and probes of the loss timer: within the reserve.
  bool may_send_interactive(time_point now, std::uint64_t size) const;
  // When to ask again after may_send said no. Not the earliest moment: at high rates
  // a short train is let gather, so that one wake-up sends several packets.
  time_point next(time_point now, std::uint64_t size) const;
  time_point next_interactive(time_point now, std::uint64_t size) const;
  // Every packet that left, whatever let it pass.
  void on_sent(time_point now, std::uint64_t size);

  std::uint64_t rate() const { return rate_; }
  // Most bytes that leave back to back after a pause.
  std::uint64_t burst_bytes() const;
  std::uint64_t reserve_bytes() const;

 private:
  double tokens_at(time_point now) const;
  time_point when(time_point now, double tokens) const;

  std::uint64_t datagram_bytes_;
  std::uint64_t rate_;
  double tokens_;
  time_point updated_at_{};
};

}  // namespace tern::proto
