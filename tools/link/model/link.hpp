// One direction of an impaired link, sans-IO: packets are offered at a time, and come
// out of poll() when they have arrived. In between, in this order: UDP blocked, MTU, queue
// and serialisation, blackout, loss in bursts, independent loss, duplication, corruption,
// delay. Loss comes behind the queue, as on a radio link: a lost packet has used its
// share of the rate.
//
// Each impairment draws from a stream of its own, all derived from one seed: the same
// seed, configuration and calls give the same packets at the same times, and switching
// one impairment on does not change what another one does to the packets it sees.
//
// `now` must not go backwards. Memory is bounded by the queue limits and held_bytes_max.
#pragma once

#include "proto/bytes.hpp"
#include "proto/random.hpp"
#include "proto/time.hpp"
#include "tools/link/model/blackout.hpp"
#include "tools/link/model/bottleneck.hpp"
#include "tools/link/model/burst.hpp"
#include "tools/link/model/counters.hpp"
#include "tools/link/model/delay_line.hpp"
#include "tools/link/model/impairments.hpp"
#include "tools/link/model/packet.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace tern::link_model {

class link {
 public:
  // Schedules (blackouts, timed bursts) begin at `start`.
  link(const impairments& config, std::uint64_t seed, proto::time_point start);

  void offer(proto::time_point now, packet content);
  void offer(proto::time_point now, proto::byte_view octets, std::uint64_t tag = 0);

  // The next packet that has arrived by `now`, in order of arrival, with the time of
  // its arrival. Call until empty.
  std::optional<timed_packet> poll(proto::time_point now);
  // When to poll again; nothing while the link is empty. A packet that is then lost on
  // its way makes this early, never late.
  std::optional<proto::time_point> next_deadline() const;

  // From `now` on; what is under way is not affected. Schedules begin anew.
  void set_impairments(proto::time_point now, const impairments& config);
  // Pulls the plug, or puts it back; beside the scheduled blackouts.
  void set_blocked(proto::time_point now, bool blocked);
  // The same for UDP alone.
  void set_udp_blocked(proto::time_point now, bool blocked);

  const counters& statistics() const { return counters_; }
  const impairments& config() const { return config_; }
  std::size_t held_packets() const { return bottleneck_.packets() + delay_line_.packets(); }
  std::size_t held_bytes() const { return bottleneck_.octets() + delay_line_.octets(); }

 private:
  void advance(proto::time_point now);
  void admit(proto::time_point now, packet&& content);
  void depart(timed_packet&& departed);
  bool survives(proto::time_point departure);
  void launch(proto::time_point departure, packet&& content, bool is_copy);

  impairments config_;
  counters counters_;
  proto::random seeds_;  // only forks others
  proto::random loss_source_;
  proto::random duplicate_source_;
  proto::random corrupt_source_;
  packet_burst_process packet_bursts_;
  timed_burst_process timed_bursts_;
  blackout_schedule blackouts_;
  blackout_schedule udp_block_;
  bottleneck bottleneck_;
  delay_line delay_line_;
  bool blocked_ = false;
  bool udp_blocked_ = false;
};

}  // namespace tern::link_model
