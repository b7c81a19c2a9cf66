// Packets under way: each gets a time of arrival from delay, jitter and reordering,
// and comes out then. Packets with the same time of arrival come out as they went in.
#pragma once

#include "proto/random.hpp"
#include "proto/time.hpp"
#include "tools/link/model/impairments.hpp"
#include "tools/link/model/packet.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tern::link_model {

class delay_line {
 public:
  delay_line(const impairments& config, proto::random source);

  // For what is sent from now on.
  void set_config(const impairments& config);
  // Returns whether the packet was chosen to be held back (reordering).
  bool send(proto::time_point departure, packet&& content, bool is_copy);

  struct arrival {
    timed_packet arrived;
    bool overtaken;  // a packet sent later came out before; never so for a copy
  };
  std::optional<arrival> poll(proto::time_point now);
  std::optional<proto::time_point> next_arrival() const;
  // No packet sent at `departure` arrives before this.
  proto::time_point earliest_arrival(proto::time_point departure) const { return departure + delay_; }

  std::size_t packets() const { return under_way_.size(); }
  std::size_t octets() const { return octets_; }

 private:
  struct entry {
    proto::time_point at;
    std::uint64_t sequence;
    bool is_copy;
    packet content;
  };
  static bool later(const entry& a, const entry& b);
  duration draw_jitter();

  duration delay_{};
  jitter_model jitter_;
  reordering reorder_;
  proto::random jitter_source_;
  proto::random reorder_source_;
  std::vector<entry> under_way_;  // a heap, the next arrival in front
  std::size_t octets_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t newest_arrived_ = 0;  // sequence + 1
  proto::time_point last_in_order_ = proto::time_point::min();
};

}  // namespace tern::link_model
