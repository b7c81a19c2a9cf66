#include "proto/recovery/ack_tracker.hpp"

#include <algorithm>
#include <cassert>

namespace tern::proto {
namespace {

constexpr std::uint64_t eager_packets = 16;
constexpr std::uint32_t threshold_normal = 2;  // RFC 9000 section 13.2.2
constexpr std::uint32_t threshold_busy = 10;
constexpr duration rate_window = std::chrono::milliseconds{100};
constexpr std::uint32_t rate_window_packets = 100;  // 1000 packets/s

}  // namespace

ack_tracker::ack_tracker(duration max_delay) : max_delay_(max_delay) {}

std::optional<packet_number> ack_tracker::largest() const {
  if (ranges_.empty()) return std::nullopt;
  return ranges_.back().last;
}

bool ack_tracker::has_received(packet_number number) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [number](const packet_range& range) { return range.contains(number); });
}

void ack_tracker::on_received(time_point now, packet_number number, bool ack_eliciting, bool acknowledge_at_once) {
  const std::optional<packet_number> before = largest();
  if (!insert(number)) return;
  ++statistics_.packets;
  update_rate(now);
  const bool unexpected = note_order(now, before, number);
  if (!ack_eliciting) return;
  ++unacked_eliciting_;
  if (!oldest_unacked_at_) oldest_unacked_at_ = now;
  // Reordering and gaps at once: RFC 9000 section 13.2.1.
  if (unexpected || acknowledge_at_once || statistics_.packets <= eager_packets || unacked_eliciting_ >= threshold())
    at_once_ = true;
}

// Whether the number is another than the one after the largest.
bool ack_tracker::note_order(time_point now, std::optional<packet_number> before, packet_number number) {
  if (!before || number > *before) {
    largest_received_at_ = now;
    const bool gap = before && number > before->next();
    statistics_.gaps += gap ? 1 : 0;
    return gap;
  }
  ++statistics_.reordered;
  statistics_.reorder_max = std::max(statistics_.reorder_max, before->since(number));
  pinned_ = pin{.number = pinned_ ? std::min(pinned_->number, number) : number, .until = *before};
  return true;
}

// False for a duplicate.
bool ack_tracker::insert(packet_number number) {
  const auto above =
      std::upper_bound(ranges_.begin(), ranges_.end(), number,
                       [](packet_number value, const packet_range& range) { return value < range.first; });
  const bool has_below = above != ranges_.begin();
  const auto below = has_below ? above - 1 : above;
  if (has_below && number <= below->last) return false;
  const bool touches_below = has_below && below->last.next() == number;
  const bool touches_above = above != ranges_.end() && number.next() == above->first;
  if (touches_below && touches_above) {
    below->last = above->last;
    ranges_.erase(above);
  } else if (touches_below) {
    below->last = number;
  } else if (touches_above) {
    above->first = number;
  } else {
    ranges_.insert(above, packet_range{.first = number, .last = number});
    forget_oldest();
  }
  return true;
}

void ack_tracker::forget_oldest() {
  if (ranges_.size() <= ack_ranges_max) return;
  ranges_.erase(ranges_.begin());
  ++statistics_.ranges_dropped;
}

void ack_tracker::update_rate(time_point now) {
  ++rate_count_;
  const duration elapsed = now - rate_began_at_;
  if (elapsed >= rate_window) {
    // The window may have ended long ago: compare rates, not counts.
    busy_ = rate_count_ > elapsed / (rate_window / rate_window_packets);
    rate_count_ = 0;
    rate_began_at_ = now;
  } else if (rate_count_ > rate_window_packets) {
    busy_ = true;
  }
}

std::uint32_t ack_tracker::threshold() const { return busy_ ? threshold_busy : threshold_normal; }

bool ack_tracker::due(time_point now) const {
  const std::optional<time_point> when = deadline();
  return when && now >= *when;
}

std::optional<time_point> ack_tracker::deadline() const {
  if (!oldest_unacked_at_ || at_once_) return oldest_unacked_at_;
  return *oldest_unacked_at_ + max_delay_;
}

ack_frame ack_tracker::make(time_point now) const {
  assert(!ranges_.empty());
  ack_frame frame;
  frame.largest = ranges_.back().last;
  frame.delay = now - largest_received_at_;
  for (auto range = ranges_.rbegin(); range != ranges_.rend(); ++range) frame.ranges.push_back(*range);
  return frame;
}

void ack_tracker::on_sent(time_point) {
  ++statistics_.acks_sent;
  unacked_eliciting_ = 0;
  oldest_unacked_at_.reset();
  at_once_ = false;
}

void ack_tracker::on_ack_of_ack(packet_number largest) {
  // What came late may be missing from an ACK that went no further than the largest of then.
  if (pinned_ && largest > pinned_->until) pinned_.reset();
  const packet_number floor = pinned_ ? std::min(largest, pinned_->number) : largest;
  const auto keep =
      std::find_if(ranges_.begin(), ranges_.end(), [floor](const packet_range& range) { return range.last >= floor; });
  if (keep == ranges_.end()) return;
  ranges_.erase(ranges_.begin(), keep);
  ranges_.front().first = std::max(ranges_.front().first, floor);
}

}  // namespace tern::proto
