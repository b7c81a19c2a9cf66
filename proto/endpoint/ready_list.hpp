// Connections that may have something to send, each at most once, served in turn.
#pragma once

#include <deque>
#include <optional>
#include <unordered_set>

namespace tern::proto {

template <class Key>
class ready_list {
 public:
  void add(Key key) {
    if (members_.insert(key).second) order_.push_back(key);
  }
  bool contains(Key key) const { return members_.contains(key); }
  // Leaves its place in the order to be skipped later.
  void remove(Key key) { members_.erase(key); }

  std::optional<Key> front() {
    while (!order_.empty() && !members_.contains(order_.front())) order_.pop_front();
    if (order_.empty()) return std::nullopt;
    return order_.front();
  }
  // The first one goes to the end. Precondition: front() returned it.
  void rotate() {
    order_.push_back(order_.front());
    order_.pop_front();
  }

 private:
  std::deque<Key> order_;
  std::unordered_set<Key> members_;
};

}  // namespace tern::proto
