// HyStart++ (RFC 9406): leaves slow start when the round-trip time begins to rise,
// before the queue overflows. Tells by how much the window may grow; owns no window.
#pragma once

#include "proto/numbers.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>

namespace tern::proto {

class hystart {
 public:
  enum class phase : std::uint8_t {
    slow_start,
    conservative,  // CSS: grows at a quarter of the pace until it is sure
    done,          // congestion avoidance from here on
  };

  // Of bytes newly acknowledged in slow start, how many the window may grow by
  // (RFC 9406 section 4.2; L is infinite, since sending is paced).
  std::uint64_t growth(std::uint64_t acked_bytes) const;
  // One ACK. `next_number` is the number the next packet will get.
  void on_ack(packet_number largest_acked, packet_number next_number, std::optional<duration> rtt);
  // Slow start ended by a loss.
  void on_congestion() { phase_ = phase::done; }
  // Slow start begins again (persistent congestion, idle, new path).
  void restart() { *this = hystart{}; }

  phase current() const { return phase_; }

 private:
  void begin_round(packet_number next_number);
  void judge();

  phase phase_ = phase::slow_start;
  std::optional<packet_number> round_end_;  // all before it acked: the round ends
  std::optional<duration> last_round_min_;
  std::optional<duration> round_min_;
  duration baseline_min_{};  // the minimum that made us enter CSS
  std::uint32_t samples_ = 0;
  std::uint32_t css_rounds_ = 0;
};

}  // namespace tern::proto
