// Who uses a relay_link. Calls come from the driver's turn.
#pragma once

#include "udp/route/route_user.hpp"

#include <optional>

namespace tern::udp {

class link_user : public route_user {
 public:
  // Once a turn, after everything that happened was told: send what there is to send.
  virtual void on_turn(proto::time_point now) = 0;
  virtual std::optional<proto::time_point> next_deadline() = 0;
};

}  // namespace tern::udp
