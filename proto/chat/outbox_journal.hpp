// The changes of a session's outboxes on their way to where they outlive the process: numbered from 1, drained in
// that order, and said to be kept in that order. Off, it takes nothing, and nothing has to wait for it.
#pragma once

#include "proto/chat/kept_outbox.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace tern::proto::chat {

class outbox_journal {
 public:
  bool is_on() const { return is_on_; }
  void start() { is_on_ = true; }
  // What was not drained is given up.
  void stop() {
    is_on_ = false;
    waiting_.clear();
  }

  // Its number; 0, which never has to be waited for, where the journal is off.
  std::uint64_t add(outbox_change change) {
    if (!is_on_) return 0;
    waiting_.push_back(std::move(change));
    return ++added_;
  }
  std::optional<outbox_change> poll() {
    if (waiting_.empty()) return std::nullopt;
    outbox_change next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
  }

 private:
  bool is_on_ = false;
  std::uint64_t added_ = 0;
  std::deque<outbox_change> waiting_;
};

}  // namespace tern::proto::chat
