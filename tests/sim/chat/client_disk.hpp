// What a client keeps, in virtual time: a store_writer on a disk that takes its time. What
// was not written when the process ends is lost.
#pragma once

#include "proto/chat/session.hpp"
#include "proto/random.hpp"
#include "tests/udp/client/memory_store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tern::sim {

class client_disk {
 public:
  client_disk(std::shared_ptr<udp::memory_disk> disk, std::uint64_t seed) : store_(std::move(disk)), source_(seed) {}

  // Written.
  std::function<void(const proto::chat::message_kept&)> on_kept = [](const proto::chat::message_kept&) {};
  // Left by another process; each message has this id now.
  std::function<void(const proto::chat::kept_outbox&, const std::vector<proto::chat::message_id>&)> on_taken_over =
      [](const proto::chat::kept_outbox&, const std::vector<proto::chat::message_id>&) {};

  void take_turn(proto::time_point now, proto::chat::session& talk, const std::optional<store_owner>& owner) {
    if (owner && !std::exchange(is_open_, true)) open(now, talk, *owner);
    while (auto change = talk.poll_change()) given_.emplace_back(std::move(*change));
    if (is_open_ && !writes_at_ && !given_.empty()) writes_at_ = now + draw_time();
    if (!writes_at_ || now < *writes_at_) return;
    writes_at_.reset();
    static_cast<void>(store_.apply(given_));
    kept_ += given_.size();
    for (const store_change& each : std::exchange(given_, {}))
      if (const auto* kept = std::get_if<proto::chat::message_kept>(&std::get<proto::chat::outbox_change>(each)))
        on_kept(*kept);
    talk.on_kept(kept_);
  }
  const std::optional<proto::time_point>& next_deadline() const { return writes_at_; }
  // What another process left is known, and nothing waits to be written.
  bool is_settled() const { return is_open_ && given_.empty(); }

 private:
  void open(proto::time_point now, proto::chat::session& talk, const store_owner& owner) {
    static_cast<void>(store_.open(owner));
    const auto found = store_.take_over({});
    for (const auto& left : *found)
      if (const auto ids = talk.take_over(left, now)) on_taken_over(left, *ids);
  }
  proto::duration draw_time() {
    const bool is_busy = source_.chance(0.1);
    return std::chrono::microseconds{static_cast<std::int64_t>(source_.between(100, is_busy ? 3'000'000 : 10'000))};
  }

  udp::memory_store store_;
  proto::random source_;
  bool is_open_ = false;
  std::vector<store_change> given_;
  std::optional<proto::time_point> writes_at_;
  std::uint64_t kept_ = 0;
};

}  // namespace tern::sim
