// When which undecided message is to be given up.
#pragma once

#include "proto/chat/outbox.hpp"

#include <optional>
#include <set>

namespace tern::proto::chat {

class deadline_set {
 public:
  struct due {
    time_point at;
    message_id id;
    lane_id lane;
    auto operator<=>(const due&) const = default;
  };

  void add(const due& each) { waiting_.insert(each); }
  void remove(const due& each) { waiting_.erase(each); }
  std::optional<time_point> next() const {
    return waiting_.empty() ? std::nullopt : std::optional{waiting_.begin()->at};
  }
  // The next one that is due, taken out.
  std::optional<due> take_due(time_point now) {
    if (waiting_.empty() || waiting_.begin()->at > now) return std::nullopt;
    return waiting_.extract(waiting_.begin()).value();
  }

 private:
  std::set<due> waiting_;
};

}  // namespace tern::proto::chat
