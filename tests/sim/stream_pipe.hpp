// One direction of a TCP connection, as the programs at its ends see it: everything
// arrives, once and in order, but when, and cut where, is the network's. A model in virtual
// time; the same seed gives the same arrivals.
#pragma once

#include "proto/bytes.hpp"
#include "proto/random.hpp"
#include "proto/time.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>

namespace tern::sim {

struct pipe_conditions {
  proto::duration delay = std::chrono::milliseconds{25};
  std::uint64_t bytes_per_second = 0;  // 0: no limit
  // What one read gets at most; below it, any size is drawn if `ragged`.
  std::size_t segment_bytes_max = 1448;
  bool ragged = false;
  // What is under way and not read: beyond that a write takes nothing.
  std::size_t buffer_bytes = 64U << 10U;
  // A lost segment, as it looks from above: nothing arrives for a while, then all at once.
  double pause_probability = 0;
  proto::duration pause = std::chrono::milliseconds{200};
};

class stream_pipe {
 public:
  stream_pipe(const pipe_conditions& conditions, std::uint64_t seed) : conditions_(conditions), random_(seed) {}

  // How much write() takes now.
  std::size_t room() const {
    return is_over() ? 0 : conditions_.buffer_bytes - std::min(held_, conditions_.buffer_bytes);
  }
  // Precondition: octets.size() <= room().
  void write(proto::time_point now, proto::byte_view octets) {
    while (!octets.empty()) {
      std::size_t size = std::min(octets.size(), conditions_.segment_bytes_max);
      if (conditions_.ragged) size = static_cast<std::size_t>(random_.between(1, size));
      segments_.push_back({arrival(now, size), {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)}});
      held_ += size;
      octets = octets.subspan(size);
    }
  }
  // Nothing more will be written; what was written still arrives.
  void end(proto::time_point now) {
    if (!is_over()) ends_at_ = arrival(now, 0);
  }
  // What is under way is lost.
  void reset(proto::time_point now) {
    if (is_reset_) return;
    is_reset_ = true;
    segments_.clear();
    held_ = 0;
    ends_at_ = now + conditions_.delay;
  }

  // The reader does not read. TCP fills up.
  void stall(bool stalled) { is_stalled_ = stalled; }
  // The next octets that have arrived.
  std::optional<proto::bytes> read(proto::time_point now) {
    if (is_stalled_ || segments_.empty() || segments_.front().at > now) return std::nullopt;
    proto::bytes octets = std::move(segments_.front().octets);
    segments_.pop_front();
    held_ -= octets.size();
    return octets;
  }
  bool has_ended(proto::time_point now) const {
    return !is_stalled_ && segments_.empty() && ends_at_ && *ends_at_ <= now;
  }
  std::optional<proto::time_point> next_deadline() const {
    if (is_stalled_) return std::nullopt;
    if (!segments_.empty()) return segments_.front().at;
    return ends_at_;
  }

 private:
  struct segment {
    proto::time_point at;
    proto::bytes octets;
  };
  bool is_over() const { return ends_at_.has_value(); }
  proto::time_point arrival(proto::time_point now, std::size_t size) {
    free_at_ = std::max(free_at_, now);
    if (conditions_.bytes_per_second > 0)
      free_at_ += std::chrono::nanoseconds{size * 1'000'000'000U / conditions_.bytes_per_second};
    proto::time_point at = free_at_ + conditions_.delay;
    if (conditions_.pause_probability > 0 && random_.chance(conditions_.pause_probability)) at += conditions_.pause;
    return last_arrival_ = std::max(last_arrival_, at);
  }

  pipe_conditions conditions_;
  proto::random random_;
  std::deque<segment> segments_;
  std::size_t held_ = 0;
  proto::time_point free_at_{};
  proto::time_point last_arrival_{};
  std::optional<proto::time_point> ends_at_;
  bool is_stalled_ = false;
  bool is_reset_ = false;
};

}  // namespace tern::sim
