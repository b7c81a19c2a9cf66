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
    if (!due_at_) due_at_ = now + delay;
  }
  void on_connection_lost() { *this = {}; }

  bool is_due(time_point now) const { return is_wanted_ && due_at_ && *due_at_ <= now; }
  std::optional<time_point> next_deadline() const { return is_wanted_ ? due_at_ : std::nullopt; }
  log_position take() {
    due_at_.reset();
    return position_;
  }

 private:
  bool is_wanted_ = false;
  log_position position_;
  std::optional<time_point> due_at_;
};

}  // namespace tern::proto::chat
