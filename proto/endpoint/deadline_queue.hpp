// The earliest deadline of many connections, without scanning them. Entries go stale
// when a connection's deadline moves later; they are dropped when they surface
// (lazy deletion), so one connection has at most a few entries.
#pragma once

#include "proto/time.hpp"

#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace tern::proto {

template <class Key>
class deadline_queue {
 public:
  using entry = std::pair<time_point, Key>;

  void add(time_point deadline, Key key) { heap_.emplace(deadline, key); }

  std::optional<time_point> earliest() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.top().first;
  }
  // The next entry that has come due.
  std::optional<entry> pop_due(time_point now) {
    if (heap_.empty() || heap_.top().first > now) return std::nullopt;
    const entry due = heap_.top();
    heap_.pop();
    return due;
  }
  // Drops the first entry whatever its time: it turned out to be stale.
  void pop() { heap_.pop(); }
  const entry& front() const { return heap_.top(); }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }

 private:
  std::priority_queue<entry, std::vector<entry>, std::greater<>> heap_;
};

}  // namespace tern::proto
