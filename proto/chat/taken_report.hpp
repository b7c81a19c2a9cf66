// When to tell the relay how far a log was taken over (TAKEN): where it asked for that, and not for every entry. Does
// not know where the reader is.
#pragma once

#include "proto/numbers.hpp"
#include "proto/time.hpp"

#include <optional>

namespace tern::proto::chat {

class taken_report {
 public:
  // From an entry to its report: what comes meanwhile goes with it.
  static constexpr duration delay = std::chrono::milliseconds{100};

  // LIVE said whether it is wanted.
  void want(bool wanted) { is_wanted_ = wanted; }
  // Entries up to here were handed over.
  void on_taken(log_position position, time_point now) {
    position_ = position;
    if (!is_due_ && !due_at_) due_at_ = now + delay;
  }
  void on_connection_lost() { *this = {}; }

  // What has come due waits without a timer until it can be sent.
  void on_timeout(time_point now) {
    if (!is_wanted_ || !due_at_ || now < *due_at_) return;
    due_at_.reset();
    is_due_ = true;
  }
  bool is_due() const { return is_due_; }
  std::optional<time_point> next_deadline() const { return is_wanted_ ? due_at_ : std::nullopt; }
  // Precondition: is_due().
  log_position take() {
    is_due_ = false;
    return position_;
  }

 private:
  bool is_wanted_ = false;
  log_position position_;
  std::optional<time_point> due_at_;
  bool is_due_ = false;
};

}  // namespace tern::proto::chat
