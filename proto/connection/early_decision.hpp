// Relay: are the messages that came in INITIAL taken, and how long does REPLY wait for
// the owner's word and its commits (STATES.md, section 2)? Does not know the messages.
#pragma once

#include "proto/packet/frame.hpp"
#include "proto/time.hpp"

#include <optional>
#include <utility>

namespace tern::proto {

class early_decision {
 public:
  // There are messages to decide about.
  void begin(time_point hold_until) { hold_until_ = hold_until; }
  // The owner's word. False where there is nothing to decide, or no longer.
  bool decide(bool taken, time_point now) {
    if (!hold_until_ || verdict_ != early_verdict::none) return false;
    verdict_ = taken ? early_verdict::taken : early_verdict::not_taken;
    if (!taken) hold_until_ = now;
    return true;
  }
  // REPLY has time, unless there is something to say.
  bool holds_reply(time_point now) const { return hold_until_ && now < *hold_until_; }
  std::optional<time_point> deadline() const { return hold_until_; }
  // REPLY leaves: what it says. Without the owner's word, what came is taken.
  early_verdict conclude() {
    if (hold_until_ && verdict_ == early_verdict::none) verdict_ = early_verdict::taken;
    hold_until_.reset();
    return verdict_;
  }

 private:
  std::optional<time_point> hold_until_;
  early_verdict verdict_ = early_verdict::none;
};

}  // namespace tern::proto
