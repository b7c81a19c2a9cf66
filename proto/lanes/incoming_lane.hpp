// One lane on its way in: what is new, what has to wait, what is complete. Keeps the
// lane's promise (once; in order; never back) and knows no credit, no budgets and no
// other lanes.
#pragma once

#include "proto/bytes.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/number_window.hpp"
#include "proto/lanes/reassembly.hpp"
#include "proto/numbers.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace tern::proto {

class incoming_lane {
 public:
  // How far an unreliable message may be behind the newest one and still count as new.
  static constexpr std::uint64_t unreliable_window = 4096;

  explicit incoming_lane(lane_id id) : id_(id) {}

  lane_id id() const { return id_; }
  // Oldest number that is missing; the sender stays within a window above it.
  message_number floor() const { return done_.floor(); }
  // It was taken in whole, skipped, or is too old to tell.
  bool is_done(message_number number) const;
  bool is_partial(message_number number) const { return partial_.contains(number.value); }
  const reassembly* partial(message_number number) const;

  // The fragment's new bytes are kept. Returns the message when that was the last of it.
  // Precondition: !is_done(number).
  std::optional<bytes> add_fragment(message_number number, std::uint64_t total, std::uint64_t offset, byte_view data,
                                    time_point now);
  // A whole message is here. Calls `deliver(number, payload)` for it, or for several
  // when it fills a hole in an ordered lane, or not yet. Precondition: !is_done(number).
  template <class Deliver>
  void complete(message_number number, bytes payload, Deliver deliver);
  // It will never come. Returns the bytes of it that were held. Precondition: !is_done(number).
  template <class Deliver>
  std::uint64_t skip(message_number number, Deliver deliver);

  // Gives up incomplete messages of an unreliable lane that are older than `life` or
  // beyond use. Returns the bytes they held.
  std::uint64_t expire_partial(time_point now, duration life);
  std::optional<time_point> oldest_partial() const;
  bool has_partial() const { return !partial_.empty(); }

 private:
  struct incomplete {
    reassembly parts;
    time_point began_at;
  };
  void mark_done(message_number number);
  template <class Deliver>
  void deliver_held(Deliver deliver);

  lane_id id_;
  number_window done_;
  std::uint64_t next_ = 0;  // ordered: the next to deliver; latest: above all delivered; unreliable: above the newest
  std::map<std::uint64_t, std::optional<bytes>> held_;  // ordered: complete (or skipped) beyond a hole
  std::map<std::uint64_t, incomplete> partial_;
};

template <class Deliver>
void incoming_lane::complete(message_number number, bytes payload, Deliver deliver) {
  partial_.erase(number.value);
  mark_done(number);
  if (!id_.is_ordered()) return deliver(number, std::move(payload));
  if (number.value != next_) {
    held_.emplace(number.value, std::move(payload));
    return;
  }
  ++next_;
  deliver(number, std::move(payload));
  deliver_held(deliver);
}

template <class Deliver>
std::uint64_t incoming_lane::skip(message_number number, Deliver deliver) {
  const reassembly* parts = partial(number);
  const std::uint64_t held_bytes = parts == nullptr ? 0 : parts->received();
  partial_.erase(number.value);
  mark_done(number);
  if (!id_.is_ordered()) return held_bytes;
  held_.emplace(number.value, std::nullopt);
  deliver_held(deliver);
  return held_bytes;
}

template <class Deliver>
void incoming_lane::deliver_held(Deliver deliver) {
  while (!held_.empty() && held_.begin()->first == next_) {
    auto node = held_.extract(held_.begin());
    ++next_;
    if (node.mapped()) deliver(message_number{node.key()}, std::move(*node.mapped()));
  }
}

}  // namespace tern::proto
