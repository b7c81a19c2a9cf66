// How much the peer lets us send (WIRE.md, "Flow control"). A reliable message is
// charged whole when its first byte first leaves. Bulk leaves a quarter of the window
// free, so that interactive messages never wait behind it.
#pragma once

#include "proto/lane.hpp"
#include "proto/limits.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tern::proto {

constexpr std::uint64_t message_charge(std::uint64_t payload_bytes) {
  return payload_bytes + limits::message_charge_overhead;
}

class send_credit {
 public:
  // `enforced` false ignores the peer's limit: only to show what it is for.
  explicit send_credit(bool enforced) : enforced_(enforced) {}

  // MAX_DATA; a total that does not grow says nothing.
  bool raise(std::uint64_t total) {
    if (total <= limit_) return false;
    limit_ = total;
    window_ = std::max(window_, limit_ - used_);
    return true;
  }
  bool allows(std::uint64_t charge, priority priority_class) const {
    if (!enforced_) return true;
    const std::uint64_t kept_free = priority_class == priority::bulk ? window_ / 4 : 0;
    return used_ + charge + kept_free <= limit_;
  }
  void use(std::uint64_t charge) { used_ += charge; }

  // Something had to wait for credit: worth a BLOCKED, once for each limit.
  void on_blocked() {
    if (told_limit_ != limit_) blocked_at_ = limit_;
  }
  std::optional<std::uint64_t> blocked_due() const { return blocked_at_; }
  void on_blocked_sent() {
    told_limit_ = blocked_at_;
    blocked_at_.reset();
  }

  std::uint64_t used() const { return used_; }
  std::uint64_t limit() const { return limit_; }

 private:
  bool enforced_;
  std::uint64_t limit_ = 0;
  std::uint64_t used_ = 0;
  std::uint64_t window_ = 0;
  std::optional<std::uint64_t> blocked_at_;
  std::optional<std::uint64_t> told_limit_;
};

}  // namespace tern::proto
