// The slowest hop: serialises at a constant rate, keeps what waits in a bounded queue
// and drops its tail. Without a rate everything departs in the moment it came. Does
// not know what happens to a packet afterwards.
#pragma once

#include "proto/time.hpp"
#include "tools/link/model/impairments.hpp"
#include "tools/link/model/packet.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace tern::link_model {

class bottleneck {
 public:
  // header_bytes: added to each packet's size on the wire.
  bottleneck(const rate_limit& limit, std::size_t header_bytes);

  // What already waits keeps its time of departure.
  void set_limit(const rate_limit& limit, std::size_t header_bytes);
  // False: the queue is full and the packet is gone. Precondition: poll(now) is drained.
  bool offer(proto::time_point now, packet&& content);
  // The next packet that has departed by `now`, in order, with its time of departure.
  std::optional<timed_packet> poll(proto::time_point now);
  std::optional<proto::time_point> next_departure() const;

  std::size_t packets() const { return queue_.size(); }
  std::size_t octets() const { return octets_; }  // without headers

 private:
  bool has_room(proto::time_point now, std::size_t size) const;
  duration serialisation(std::size_t size) const;

  rate_limit limit_;
  std::size_t header_bytes_;
  std::deque<timed_packet> queue_;  // the front is on the wire, the others wait
  std::size_t octets_ = 0;
  proto::time_point idle_at_ = proto::time_point::min();  // when the last of them will have departed
};

}  // namespace tern::link_model
