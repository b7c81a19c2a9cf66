// Says once that the peer has fallen silent although something is outstanding, and
// once that it is back. Silent is also a peer that is heard but acknowledges nothing:
// one direction of the path is dead. A judgement for the owner (try another way), not
// a verdict: only the idle timeout ends a connection.
#pragma once

#include "proto/time.hpp"

#include <algorithm>
#include <optional>

namespace tern::proto {

class silence_watch {
 public:
  // protocol.md, 9: three probe timeouts and a second without anything ...
  static constexpr int silence_ptos = 3;
  static constexpr duration silence_min = std::chrono::seconds{1};
  // ... or longer without an acknowledgment while other packets arrive.
  static constexpr int one_way_ptos = 10;
  static constexpr duration one_way_min = std::chrono::seconds{3};

  // A packet opened.
  void on_received(time_point now) {
    heard_at_ = now;
    if (why_ != silence::nothing_heard) return;
    // What was not acknowledged while nothing came says nothing about one direction.
    acked_at_ = now;
    end_silence();
  }
  void on_acked(time_point now) {
    acked_at_ = now;
    end_silence();
  }
  // Whether anything that the peer has to acknowledge is under way.
  void set_outstanding(time_point now, bool outstanding) {
    if (outstanding && !outstanding_since_) outstanding_since_ = now;
    if (!outstanding) outstanding_since_.reset();
  }

  // `pto`: without back-off.
  std::optional<time_point> deadline(duration pto) const {
    if (!outstanding_since_ || why_ != silence::none) return std::nullopt;
    return std::min(nothing_heard_at(pto), one_way_at(pto));
  }
  void on_timeout(time_point now, duration pto) {
    const auto due = deadline(pto);
    if (!due || now < *due) return;
    why_ = now >= nothing_heard_at(pto) ? silence::nothing_heard : silence::one_way;
    fell_silent_ = true;
  }

  // Each is true once per change.
  bool take_fell_silent() { return take(fell_silent_); }
  bool take_returned() { return take(returned_); }

 private:
  enum class silence : std::uint8_t { none, nothing_heard, one_way };

  time_point nothing_heard_at(duration pto) const {
    return std::max(*outstanding_since_, heard_at_) + std::max(silence_min, silence_ptos * pto);
  }
  time_point one_way_at(duration pto) const {
    return std::max(*outstanding_since_, acked_at_) + std::max(one_way_min, one_way_ptos * pto);
  }
  void end_silence() {
    if (why_ == silence::none) return;
    why_ = silence::none;
    returned_ = true;
  }
  static bool take(bool& flag) {
    const bool was = flag;
    flag = false;
    return was;
  }

  time_point heard_at_{};
  time_point acked_at_{};
  std::optional<time_point> outstanding_since_;
  silence why_ = silence::none;
  bool fell_silent_ = false;
  bool returned_ = false;
};

}  // namespace tern::proto
