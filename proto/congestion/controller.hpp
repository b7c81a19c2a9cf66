// What a congestion controller is told and what it answers. The samples carry what
// a model-based controller (BBRv3) needs as well as what CUBIC needs. A controller
// knows no packets, frames or timers; it sends nothing and asks for nothing.
#pragma once

#include "proto/congestion/delivery_rate.hpp"
#include "proto/numbers.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tern::proto {

// One ACK frame that acknowledged something in flight. All sizes in bytes of datagrams.
struct ack_sample {
  time_point now{};
  std::uint64_t acked_bytes = 0;         // newly acknowledged
  std::uint64_t prior_in_flight = 0;     // before this ACK
  std::uint64_t bytes_in_flight = 0;     // after it
  time_point newest_sent_at{};           // send time of the newest packet acknowledged
  packet_number largest_acked{};         // largest number acknowledged so far
  packet_number next_number{};           // the number the next packet will get
  std::optional<duration> latest_rtt{};  // only if this ACK gave a sample
  duration smoothed_rtt{};
  duration rtt_variation{};
  duration min_rtt{};                 // over the last 10 s
  std::uint64_t delivered_total = 0;  // since the connection began
  std::uint64_t round = 0;            // packet-timed round trips so far
  bool round_start = false;           // this ACK began a new one
  std::optional<rate_sample> rate{};  // delivery rate, if this ACK gave a sample
};

// Packets declared lost together.
struct loss_sample {
  time_point now{};
  std::uint64_t lost_bytes = 0;
  std::uint64_t lost_packets = 0;
  std::uint64_t bytes_in_flight = 0;  // after the lost packets were taken out
  time_point newest_sent_at{};        // send time of the newest lost packet
  packet_number largest_lost{};
  delivery_snapshot newest{};    // state when the newest lost packet left
  std::uint64_t lost_total = 0;  // since the connection began
  std::uint64_t delivered_total = 0;
  std::uint64_t round = 0;
  bool persistent = false;  // persistent congestion (RFC 9002 section 7.6)
};

// One packet that was declared lost and is acknowledged after all.
struct spurious_loss {
  time_point now{};
  time_point sent_at{};
  time_point lost_at{};  // when it was declared lost
  std::uint64_t bytes = 0;
};

struct congestion_limits {
  std::uint64_t datagram_bytes = 1200;        // what one full packet takes
  std::uint64_t initial_window_packets = 10;  // RFC 9002 section 7.2
  std::uint64_t minimum_window_packets = 2;   // RFC 9002 section 7.2
  std::uint64_t window_bytes_max = 64U << 20U;
  duration initial_rtt = std::chrono::milliseconds{333};  // RFC 9002 section 6.2.2
};

class congestion_controller {
 public:
  virtual ~congestion_controller() = default;

  // A packet that counts as in flight left. `bytes_in_flight` includes it.
  virtual void on_sent(time_point now, std::uint64_t size, std::uint64_t bytes_in_flight) = 0;
  virtual void on_ack(const ack_sample& sample) = 0;
  virtual void on_loss(const loss_sample& sample) = 0;
  virtual void on_spurious_loss(const spurious_loss& sample) = 0;
  // The path is another one: start over. Not called when only the port changed.
  virtual void on_path_change(time_point now) = 0;
  // The path MTU search found another packet size.
  virtual void on_datagram_size(std::uint64_t size) = 0;

  // How many bytes may be in flight; never below the minimum window.
  virtual std::uint64_t window() const = 0;
  // Bytes per second for the pacer; never 0.
  virtual std::uint64_t pacing_rate() const = 0;
  virtual bool in_slow_start() const = 0;
  virtual std::string_view name() const = 0;
};

}  // namespace tern::proto
