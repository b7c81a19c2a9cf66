// Judges whether so many datagrams are lost that TCP may do better: more than 40 % over
// 10 s (protocol.md, 9). Never because loss is merely high.
#pragma once

#include "proto/connection/statistics.hpp"
#include "proto/time.hpp"

#include <deque>
#include <optional>

namespace tern::udp {

class loss_watch {
 public:
  static constexpr std::chrono::seconds interval{1};
  static constexpr std::chrono::seconds span{10};
  static constexpr double share_max = 0.4;
  // Fewer packets tell nothing.
  static constexpr std::uint64_t packets_min = 20;

  void begin(proto::time_point now) {
    looks_.clear();
    due_ = now + interval;
  }
  void end() { due_.reset(); }
  std::optional<proto::time_point> next_deadline() const { return due_; }

  // At or after next_deadline(). True: too much is lost, for the whole span.
  bool look(proto::time_point now, const proto::connection_statistics& statistics) {
    due_ = now + interval;
    looks_.push_back({now, statistics.packets_sent, statistics.packets_lost - statistics.packets_spuriously_lost});
    while (looks_.size() > 1 && now - looks_[1].at >= span) looks_.pop_front();
    const counts& before = looks_.front();
    const std::uint64_t sent = statistics.packets_sent - before.sent;
    if (now - before.at < span || sent < packets_min) return false;
    return static_cast<double>(looks_.back().lost - before.lost) > share_max * static_cast<double>(sent);
  }

 private:
  struct counts {
    proto::time_point at;
    std::uint64_t sent;
    std::uint64_t lost;
  };
  std::deque<counts> looks_;  // one an interval, at most span / interval + 1
  std::optional<proto::time_point> due_;
};

}  // namespace tern::udp
