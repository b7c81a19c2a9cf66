// Why a request is refused, and how long a key waits that was refused its rights too often
// (relay.md, section 5): trying names of rooms, or people's patience, is slow.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace tern::relay {

struct denial {
  proto::chat::refusal reason = proto::chat::refusal::forbidden;
  std::chrono::milliseconds retry_after{};
  std::string_view text;  // a literal
};

class denial_count {
 public:
  static constexpr std::chrono::minutes period{1};
  static constexpr std::chrono::minutes penalty{5};

  // Zero: need not wait.
  proto::duration wait(proto::time_point now) const { return until_ > now ? until_ - now : proto::duration{0}; }
  // `denials_max` of them within a minute make the key wait. 0: never.
  void on_denied(std::uint64_t denials_max, proto::time_point now) {
    if (counted_ == 0 || now - since_ >= period) {
      since_ = now;
      counted_ = 0;
    }
    if (++counted_ != denials_max) return;
    until_ = now + penalty;
    counted_ = 0;
  }
  // From then on it is as good as new.
  proto::time_point idle_at() const { return counted_ == 0 ? until_ : std::max(until_, since_ + period); }

 private:
  proto::time_point since_{};
  std::uint64_t counted_ = 0;
  proto::time_point until_{};
};

}  // namespace tern::relay
