// Who is told what becomes of the link to the relay. Calls come from the driver's turn.
#pragma once

#include "proto/address.hpp"
#include "proto/lanes/incoming_lanes.hpp"
#include "proto/time.hpp"

#include <string>
#include <system_error>

namespace tern::udp {

class link_user {
 public:
  virtual ~link_user() = default;

  // A try begins. With `is_attached`, what is sent from now on may travel in its first packet.
  virtual void on_connecting(proto::time_point now, const proto::address& remote, bool is_attached) = 0;
  // The connection that sends and receives stands, perhaps in place of another.
  virtual void on_connected(proto::time_point now, const proto::address& remote) = 0;
  // Nothing is heard; the connection is kept while another is tried.
  virtual void on_silent(proto::time_point now) = 0;
  // The connection, or the try that was attached, is gone.
  virtual void on_disconnected(proto::time_point now) = 0;
  // No address answered; the next round comes later.
  virtual void on_waiting(proto::time_point now, std::error_code error, const std::string& reason) = 0;
  // It is over: the key is wrong or not trusted, or nothing was reached at all.
  virtual void on_failed(proto::time_point now, std::error_code error) = 0;

  virtual void on_ping_answered(proto::ping_id id, proto::duration round_trip) = 0;
  virtual void on_ping_reached(proto::ping_id id) = 0;

  virtual bool has_room_for_messages() const = 0;
  // False: the peer does not keep to the protocol.
  virtual bool on_message(proto::time_point now, proto::received_message message) = 0;
  // Once a turn, after everything above: send what there is to send.
  virtual void on_turn(proto::time_point now) = 0;
  virtual std::optional<proto::time_point> next_deadline() = 0;
};

}  // namespace tern::udp
