// Says in the log that a limit was hit: at most one line a second for each, with how
// often since the last one.
#pragma once

#include "proto/time.hpp"
#include "relay/server/counter_table.hpp"
#include "relay/server/event_log.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace tern::relay {

class limit_watch {
 public:
  explicit limit_watch(event_log& log) : log_(log) {}

  // Once a second.
  bool is_due(proto::time_point now) const { return !next_look_ || now >= *next_look_; }
  void look(proto::time_point now, const relay_counters& counters);

 private:
  void tell(std::string_view limit, std::uint64_t hits);

  event_log& log_;
  std::vector<named_count> before_;
  std::optional<proto::time_point> next_look_;
};

}  // namespace tern::relay
