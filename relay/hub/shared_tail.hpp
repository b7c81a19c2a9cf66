// The newest entries of those logs that somebody reads and is behind in, encoded once for all of
// them (relay.md, section 4): who has fallen behind reads from here before it reads from the log.
// Bounded for each log and in all; the oldest go first. Does not know who reads.
#pragma once

#include "relay/hub/action.hpp"
#include "relay/store/types.hpp"

#include <cstdint>
#include <deque>
#include <list>
#include <unordered_map>

namespace tern::relay {

class shared_tail {
 public:
  // What holding an entry costs beyond its octets: allocations, list, index.
  static constexpr std::uint64_t entry_overhead = 128;

  // Octets, with what holding them costs. What a log may have is bounded by what all may.
  shared_tail(std::uint64_t log_bytes_max, std::uint64_t bytes_max)
      : log_bytes_max_(log_bytes_max), bytes_max_(bytes_max) {}

  // Precondition: `position` follows the one appended last, or nothing is held of this log.
  void append(log_number log, log_position position, payload entry);
  // Null where it is not held.
  payload find(log_number log, log_position position) const;
  void drop(log_number log);

  std::uint64_t bytes() const { return bytes_; }

 private:
  struct held {
    log_number log;
    payload entry;
  };
  struct tail {
    log_position first;                               // of `entries`, which are contiguous
    std::deque<std::list<held>::iterator> entries{};  // oldest first
    std::uint64_t bytes = 0;
  };

  static std::uint64_t cost(const payload& entry);
  // Precondition: something is held of it.
  void drop_oldest(tail& from);

  std::uint64_t log_bytes_max_;
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::list<held> all_;  // in the order of their coming, over all logs
  std::unordered_map<log_number, tail> tails_;
};

}  // namespace tern::relay
