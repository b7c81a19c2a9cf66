// The oldest rows of a log that may go to make room, as far as they were looked at. Each is
// looked at once and then only added up: a message that they make no room for is refused
// without a walk through them. Knows no rows and no clock: whoever changes them tells it, and
// whoever uses it asks first whether the newest of them may still go.
#pragma once

#include "proto/time.hpp"
#include "relay/store/types.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

namespace tern::relay {

struct old_stretch {
  log_position end{1};  // the first row that was not looked at
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;                            // of their bodies
  proto::wall_time newest = proto::wall_time::min();  // no row in it was committed later

  // The row at `end` may go too.
  void add(std::uint64_t body_size, proto::wall_time committed) {
    end = end.next();
    ++rows;
    bytes += body_size;
    newest = std::max(newest, committed);
  }
  // The log's oldest row has gone.
  void on_dropped(log_position position, std::uint64_t body_size) {
    if (position < end) {
      --rows;
      bytes -= body_size;
    } else {
      end = position.next();
    }
  }
  // A row has lost its body and keeps its place.
  void on_emptied(log_position position, std::uint64_t body_size) {
    if (position < end) bytes -= body_size;
  }
};

// Those of all logs. Bounded; of too many the shortest is forgotten: it costs the least to be
// looked at again.
class old_stretches {
 public:
  static constexpr std::size_t logs_max = 1'000;

  // `first`: the log's oldest row.
  old_stretch& of(log_number log, log_position first) {
    const auto known = all_.find(log);
    if (known != all_.end()) return known->second;
    if (all_.size() >= logs_max) all_.erase(shortest());
    return all_[log] = old_stretch{.end = first};
  }
  // Null where nothing was looked at.
  old_stretch* find(log_number log) {
    const auto known = all_.find(log);
    return known == all_.end() ? nullptr : &known->second;
  }
  void clear() { all_.clear(); }
  std::size_t size() const { return all_.size(); }

 private:
  using map = std::map<log_number, old_stretch>;
  map::iterator shortest() {
    return std::min_element(all_.begin(), all_.end(),
                            [](const auto& one, const auto& other) { return one.second.rows < other.second.rows; });
  }

  map all_;
};

}  // namespace tern::relay
