#include "proto/lanes/incoming_lanes.hpp"

#include "proto/lanes/send_credit.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

incoming_lanes::incoming_lanes(const limits& bounds, reassembly_budget& budget, const address& peer)
    : bounds_(bounds),
      budget_(budget),
      peer_(peer),
      account_(std::make_unique<reassembly_budget::account>(budget, peer)),
      credit_(bounds.credit_window_bytes_initial, bounds.credit_window_bytes_max) {}

void incoming_lanes::reset() {
  account_ = std::make_unique<reassembly_budget::account>(budget_, peer_);
  credit_ = receive_credit{bounds_.credit_window_bytes_initial, bounds_.credit_window_bytes_max};
  lanes_.clear();
  ready_.clear();
  unreliable_ready_ = 0;
  partial_deadline_.reset();
}

incoming_lane* incoming_lanes::find(lane_id id) const {
  const auto found = lanes_.find(id.wire());
  return found == lanes_.end() ? nullptr : found->second.get();
}

incoming_lane& incoming_lanes::open(lane_id id) {
  auto& lane = lanes_[id.wire()];
  if (!lane) lane = std::make_unique<incoming_lane>(id);
  return *lane;
}

tl::expected<admission, close_code> incoming_lanes::check(const message_frame& frame) const {
  if (frame.total > bounds_.message_bytes_max || frame.offset > frame.total ||
      frame.data.size() > frame.total - frame.offset || (frame.data.empty() && frame.total != 0))
    return tl::unexpected(close_code::protocol_error);
  const incoming_lane* lane = find(frame.lane);
  if (lane == nullptr && lanes_.size() >= bounds_.lanes_max) return tl::unexpected(close_code::protocol_error);
  const std::uint64_t floor = lane == nullptr ? 0 : lane->floor().value;
  if (frame.lane.is_reliable() && frame.number.value >= floor + limits::message_numbers_ahead_max)
    return tl::unexpected(close_code::protocol_error);
  if (lane != nullptr && lane->is_done(frame.number)) return admission::accept;
  const reassembly* partial = lane == nullptr ? nullptr : lane->partial(frame.number);
  if (partial != nullptr && partial->total() != frame.total) return tl::unexpected(close_code::protocol_error);
  if (!frame.lane.is_reliable()) return admission::accept;
  if (partial == nullptr && !credit_.allows(message_charge(frame.total)))
    return tl::unexpected(close_code::flow_control_error);
  if (frame.is_whole()) return admission::accept;
  const std::uint64_t fresh =
      partial == nullptr ? frame.data.size() : partial->would_add(frame.offset, frame.data.size());
  return account_->has_room(fresh) ? admission::accept : admission::over_budget;
}

tl::expected<void, close_code> incoming_lanes::on_message(const message_frame& frame, time_point now) {
  // Frames of the same packet may have used up what check() saw.
  const auto admitted = check(frame);
  if (!admitted) return tl::unexpected(admitted.error());
  incoming_lane& lane = open(frame.lane);
  if (lane.is_done(frame.number)) {
    ++(frame.lane.is_reliable() ? counters_.duplicates : counters_.unreliable_dropped);
    return {};
  }
  if (frame.lane.is_reliable() && !lane.is_partial(frame.number)) credit_.charge(message_charge(frame.total));
  if (!frame.is_whole()) return add_fragment(lane, frame, now);
  if (const reassembly* partial = lane.partial(frame.number)) account_->give_back(partial->received());
  lane.complete(frame.number, bytes(frame.data.begin(), frame.data.end()),
                [&](message_number number, bytes payload) { deliver(frame.lane, number, std::move(payload)); });
  return {};
}

tl::expected<void, close_code> incoming_lanes::add_fragment(incoming_lane& lane, const message_frame& frame,
                                                            time_point now) {
  const reassembly* partial = lane.partial(frame.number);
  const std::uint64_t before = partial == nullptr ? 0 : partial->received();
  const std::uint64_t fresh =
      partial == nullptr ? frame.data.size() : partial->would_add(frame.offset, frame.data.size());
  if (!account_->has_room(fresh)) {
    // Only here for unreliable fragments, or when earlier frames of this packet took the room.
    if (!frame.lane.is_reliable()) {
      ++counters_.unreliable_dropped;
      return {};
    }
    return tl::unexpected(close_code::protocol_error);
  }
  account_->take(fresh);
  auto whole = lane.add_fragment(frame.number, frame.total, frame.offset, frame.data, now);
  if (!frame.lane.is_reliable()) {
    const time_point until = now + bounds_.reassembly_life;
    partial_deadline_ = partial_deadline_ ? std::min(*partial_deadline_, until) : until;
  }
  if (!whole) return {};
  account_->give_back(before + fresh);
  lane.complete(frame.number, std::move(*whole),
                [&](message_number number, bytes payload) { deliver(frame.lane, number, std::move(payload)); });
  return {};
}

void incoming_lanes::deliver(lane_id id, message_number number, bytes payload) {
  if (!id.is_reliable()) {
    if (unreliable_ready_ >= bounds_.unreliable_queue_max) return static_cast<void>(++counters_.unreliable_dropped);
    ++unreliable_ready_;
  }
  ready_.push_back({id, number, std::move(payload)});
}

tl::expected<void, close_code> incoming_lanes::on_skip(const skip_frame& frame) {
  if (!frame.lane.is_reliable() || frame.charge > message_charge(bounds_.message_bytes_max))
    return tl::unexpected(close_code::protocol_error);
  if (find(frame.lane) == nullptr && lanes_.size() >= bounds_.lanes_max)
    return tl::unexpected(close_code::protocol_error);
  incoming_lane& lane = open(frame.lane);
  if (frame.number.value >= lane.floor().value + limits::message_numbers_ahead_max)
    return tl::unexpected(close_code::protocol_error);
  if (lane.is_done(frame.number)) return {};
  // More given back than was charged would be credit from nothing.
  const reassembly* partial = lane.partial(frame.number);
  if (partial != nullptr && frame.charge != message_charge(partial->total()))
    return tl::unexpected(close_code::protocol_error);
  if (partial == nullptr) {
    if (!credit_.allows(frame.charge)) return tl::unexpected(close_code::flow_control_error);
    credit_.charge(frame.charge);
  }
  account_->give_back(lane.skip(
      frame.number, [&](message_number number, bytes payload) { deliver(frame.lane, number, std::move(payload)); }));
  credit_.give_back(frame.charge);
  return {};
}

message_number incoming_lanes::next_missing(lane_id id) const {
  const incoming_lane* lane = find(id);
  return lane == nullptr ? message_number{0} : lane->floor();
}

std::optional<received_message> incoming_lanes::poll() {
  if (ready_.empty()) return std::nullopt;
  received_message message = std::move(ready_.front());
  ready_.pop_front();
  if (message.lane.is_reliable()) {
    credit_.give_back(message_charge(message.payload.size()));
  } else {
    --unreliable_ready_;
  }
  return message;
}

void incoming_lanes::on_timeout(time_point now) {
  if (!partial_deadline_ || now < *partial_deadline_) return;
  partial_deadline_.reset();
  for (const auto& [wire, lane] : lanes_) {
    const std::uint64_t freed = lane->expire_partial(now, bounds_.reassembly_life);
    account_->give_back(freed);
    counters_.partial_expired_bytes += freed;
    if (const auto oldest = lane->oldest_partial()) {
      const time_point until = *oldest + bounds_.reassembly_life;
      partial_deadline_ = partial_deadline_ ? std::min(*partial_deadline_, until) : until;
    }
  }
}

std::optional<time_point> incoming_lanes::next_deadline() const { return partial_deadline_; }

}  // namespace tern::proto
