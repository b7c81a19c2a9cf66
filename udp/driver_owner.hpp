// Who owns an endpoint and is told what happens in it. All calls come from the driver's
// turn, on its thread; inside them the owner may call the endpoint as it likes.
#pragma once

#include "proto/endpoint/events.hpp"
#include "proto/time.hpp"
#include "udp/unreachable_report.hpp"

#include <optional>

namespace tern::udp {

class driver_owner {
 public:
  virtual ~driver_owner() = default;

  virtual void on_event(proto::time_point now, proto::endpoint_event event) = 0;
  // Once in each turn after its events, before anything is sent: the place for timers of
  // one's own and for sending what the events asked for.
  virtual void on_turn(proto::time_point now) = 0;
  // When on_turn() is wanted at the latest; may have passed already.
  virtual std::optional<proto::time_point> next_deadline() = 0;
  // The network says that an address cannot be reached. Of a datagram, anyone on the path can
  // forge this: good for trying another address, never for giving up a connection. Of a
  // stream (report.stream), it is why that one ended: its `closed` event follows.
  virtual void on_unreachable(proto::time_point now, const unreachable_report& report) = 0;
};

}  // namespace tern::udp
