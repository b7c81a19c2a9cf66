// Does something, usually a cancel(), when a time has passed, unless it is destroyed
// first. For operations that have no timeout of their own.
#pragma once

#include "proto/time.hpp"
#include "udp/net.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace tern::udp {

class expiry {
 public:
  // Without a time nothing ever happens.
  expiry(const net::any_io_executor& executor, std::optional<proto::duration> after, std::function<void()> act)
      : timer_(executor), state_(std::make_shared<state>()) {
    if (!after) return;
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(*after));
    timer_.async_wait([shared = state_, act = std::move(act)](std::error_code error) {
      if (error || !shared->is_wanted) return;
      shared->has_expired = true;
      act();
    });
  }
  expiry(const expiry&) = delete;
  expiry& operator=(const expiry&) = delete;
  ~expiry() { state_->is_wanted = false; }

  bool has_expired() const { return state_->has_expired; }

 private:
  // Outlives this object where the timer's handler is already on its way.
  struct state {
    bool is_wanted = true;
    bool has_expired = false;
  };
  net::steady_timer timer_;
  std::shared_ptr<state> state_;
};

}  // namespace tern::udp
