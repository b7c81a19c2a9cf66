// The two loss processes with memory. Neither knows what is lost.
#pragma once

#include "proto/random.hpp"
#include "proto/time.hpp"
#include "tools/link/model/impairments.hpp"

namespace tern::link_model {

// Bursts counted in packets.
class packet_burst_process {
 public:
  packet_burst_process(const packet_burst_loss& config, proto::random source);
  // Whether the next packet is lost; call it once a packet.
  bool next_is_lost();

 private:
  proto::random source_;
  double leave_good_;
  double leave_bad_;
  bool bad_ = false;
};

// Bursts counted in time. The periods depend on seed and time alone, not on traffic,
// so that two senders compared on one seed meet the same ones.
class timed_burst_process {
 public:
  timed_burst_process(const timed_burst_loss& config, proto::random source, proto::time_point start);
  // `now` must not go backwards.
  bool bad_at(proto::time_point now);

 private:
  void begin_period(proto::time_point at, bool bad);

  proto::random source_;
  double mean_bad_;   // nanoseconds
  double mean_good_;  // nanoseconds; 0: the process is switched off
  bool bad_ = false;
  proto::time_point change_at_;
};

}  // namespace tern::link_model
