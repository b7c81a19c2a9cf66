// Which of many connections is to be woken when, without scanning them: at most one
// wake-up in force for each. What it is for is the connection's affair.
#pragma once

#include "proto/endpoint/deadline_queue.hpp"
#include "proto/time.hpp"

#include <optional>
#include <vector>

namespace tern::proto {

template <class Key>
class wake_ups {
 public:
  // Stands beside what is to be woken, and says which of the queue's entries is in force.
  using mark = std::optional<time_point>;

  void arm(Key key, mark& armed_for, std::optional<time_point> deadline) {
    if (!deadline || (armed_for && *armed_for <= *deadline)) return;
    armed_for = deadline;
    queue_.add(*deadline, key);
  }
  // `mark_of(key)`: the mark, or null where the connection is gone.
  template <class MarkOf>
  std::optional<time_point> earliest(MarkOf mark_of) {
    while (!queue_.empty()) {
      const auto& [at, key] = queue_.front();
      const mark* armed_for = mark_of(key);
      if (armed_for != nullptr && *armed_for == at) return at;
      queue_.pop();
    }
    return std::nullopt;
  }
  // Calls wake(key) for each that has come due. All are collected first: what a connection
  // owes to poll_transmit() stays due until then.
  template <class MarkOf, class Wake>
  void wake_due(time_point now, MarkOf mark_of, Wake wake) {
    due_.clear();
    while (const auto due = queue_.pop_due(now)) due_.push_back(*due);
    for (const auto& [at, key] : due_) {
      mark* armed_for = mark_of(key);
      if (armed_for == nullptr || *armed_for != at) continue;
      armed_for->reset();
      wake(key);
    }
  }

 private:
  deadline_queue<Key> queue_;
  std::vector<typename deadline_queue<Key>::entry> due_;
};

}  // namespace tern::proto
