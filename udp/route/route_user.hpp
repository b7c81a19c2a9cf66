// Who is told what becomes of the way to the relay. Calls come from the driver's turn.
#pragma once

#include "proto/address.hpp"
#include "proto/endpoint/events.hpp"
#include "proto/lanes/incoming_lanes.hpp"
#include "proto/time.hpp"
#include "udp/route/attempt_schedule.hpp"

#include <string>
#include <system_error>

namespace tern::udp {

class route_user {
 public:
  virtual ~route_user() = default;

  // A search begins. With `is_attached`, what is sent from now on may travel in the first
  // packet of its first attempt.
  virtual void on_connecting(proto::time_point now, const proto::address& remote, bool is_attached) = 0;
  // The connection that sends and receives stands, perhaps in place of another.
  virtual void on_connected(proto::time_point now, const attempt& what) = 0;
  // What was chosen since does not get through: the connection that serves is kept meanwhile. Told once a choice.
  virtual void on_kept(proto::time_point now, const attempt& what, std::error_code error) = 0;
  // Nothing is heard; the connection is kept while another is tried.
  virtual void on_silent(proto::time_point now) = 0;
  // The connection, or the attempt that was attached, is gone.
  virtual void on_disconnected(proto::time_point now) = 0;
  // No address answered; the next round comes later.
  virtual void on_waiting(proto::time_point now, std::error_code error, const std::string& reason) = 0;
  // It is over: the key is wrong or not trusted, or nothing was reached at all.
  virtual void on_failed(proto::time_point now, std::error_code error) = 0;

  virtual void on_ping_answered(proto::ping_id id, proto::duration round_trip) = 0;
  virtual void on_ping_reached(proto::ping_id id) = 0;
  virtual void on_ping_lost(proto::ping_id id) = 0;

  virtual bool has_room_for_messages() const = 0;
  // False: the peer does not keep to the protocol.
  virtual bool on_message(proto::time_point now, proto::received_message message) = 0;
};

}  // namespace tern::udp
