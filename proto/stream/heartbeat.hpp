// When a stream is asked whether anybody is there (PING), what the answer tells about the
// round trip, and from when on silence means something. TCP itself would notice a dead
// path only after minutes, and tells nobody its round-trip time.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>

namespace tern::proto {

class heartbeat {
 public:
  // protocol.md, 5: while something is not acknowledged, and how long an answer may take.
  static constexpr duration busy_interval = std::chrono::seconds{5};
  static constexpr duration silence_min = std::chrono::seconds{3};

  // `keep_alive_interval`: without traffic, where the owner wants the connection kept.
  heartbeat(time_point now, duration keep_alive_interval)
      : keep_alive_interval_(keep_alive_interval), heard_at_(now), asked_at_(now), busy_since_(now) {}

  void want_keep_alive(bool wanted) { keep_alive_wanted_ = wanted; }
  // The peer owes an answer: it is asked sooner, after idle_clock::answer_interval.
  void expect_answer(bool expected) { answer_expected_ = expected; }
  // Something reliable is not acknowledged.
  void set_busy(time_point now, bool busy);

  void on_received(time_point now);
  // This process stood still until now: an answer may lie there unread.
  void on_stall(time_point now) { stalled_until_ = now; }
  // The round trip, if this answers the PING that was sent last.
  std::optional<duration> on_pong(time_point now, const byte_array<8>& data);

  // `smoothed`: the round trip, three of which an answer may take.
  std::optional<time_point> deadline(duration smoothed) const;
  void on_timeout(time_point now, duration smoothed);

  bool is_ping_due() const { return ping_due_; }
  void on_ping_sent(time_point now, const byte_array<8>& data);

  // Each is true once per change.
  bool take_fell_silent();
  bool take_returned();

 private:
  std::optional<time_point> next_ping() const;
  bool is_waiting() const { return ping_due_ || sent_.has_value(); }

  struct ping {
    byte_array<8> data;
    time_point at;
  };
  duration keep_alive_interval_;
  bool keep_alive_wanted_ = false;
  bool answer_expected_ = false;
  bool busy_ = false;
  time_point heard_at_;
  time_point asked_at_;  // when a PING last became due
  time_point busy_since_;
  time_point stalled_until_{};
  bool ping_due_ = false;
  std::optional<ping> sent_;  // not answered yet
  bool is_silent_ = false;
  bool fell_silent_ = false;
  bool returned_ = false;
};

}  // namespace tern::proto
