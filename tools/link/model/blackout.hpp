// When a link is dark, or UDP is blocked, by schedule.
#pragma once

#include "proto/time.hpp"
#include "tools/link/model/impairments.hpp"

#include <vector>

namespace tern::link_model {

class blackout_schedule {
 public:
  blackout_schedule(std::vector<blackout> blackouts, proto::time_point start);
  bool covers(proto::time_point now) const;

 private:
  std::vector<blackout> blackouts_;
  proto::time_point start_;
};

}  // namespace tern::link_model
