// When is a packet lost? Packet and time threshold (RFC 9002 section 6.1), both
// widened when a loss turns out spurious, so that a path that reorders does not cost
// throughput, and narrowed again when no more of it is seen. Knows no packets: it
// answers for one at a time.
#pragma once

#include "proto/time.hpp"

#include <cstdint>

namespace tern::proto {

class loss_detector {
 public:
  static constexpr std::uint64_t packet_threshold_initial = 3;  // RFC 9002 section 6.1.1
  static constexpr std::uint64_t packet_threshold_max = 128;
  static constexpr std::uint32_t quiet_rounds_to_narrow = 16;  // as RACK, RFC 8985 section 6.2

  // `newer_acked`: by how many packets the newest acknowledged one is ahead.
  bool lost_by_count(std::uint64_t newer_acked) const { return newer_acked >= packet_threshold_; }
  // How long after its sending a packet with a newer one acknowledged is lost.
  duration delay(duration smoothed, duration latest) const;

  // A packet declared lost came after all: `newer_acked` ahead of it, `late` after its sending.
  void on_spurious(std::uint64_t newer_acked, duration late, duration smoothed, duration latest);
  // A round trip ended.
  void on_round();

  std::uint64_t packet_threshold() const { return packet_threshold_; }
  // Time threshold in sixteenths of an RTT: 18 (9/8) to 32 (2).
  std::uint32_t time_threshold_16ths() const { return time_threshold_16ths_; }

 private:
  std::uint64_t packet_threshold_ = packet_threshold_initial;
  std::uint32_t time_threshold_16ths_ = 18;
  std::uint32_t quiet_rounds_ = 0;
};

}  // namespace tern::proto
