#include "proto/recovery/loss_recovery.hpp"

#include "proto/recovery/persistent_congestion.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tern::proto {
namespace {

using fate = sent_ledger::fate;

// Bare ACKs may never be acknowledged; more of them need not be remembered.
constexpr std::size_t bare_packets_kept = 7;
constexpr int persistent_ptos = 3;   // RFC 9002 section 7.6.1
constexpr int lost_memory_ptos = 3;  // how long a late ACK can still show a loss to be spurious
constexpr int silent_ptos = 2;
constexpr std::chrono::milliseconds stall_min{100};

}  // namespace

loss_recovery::loss_recovery(packet_number first) : next_number_(first), scan_from_(first) {}

void loss_recovery::skip(std::uint64_t distance) {
  if (distance == 0) return;
  const packet_number after = next_number_.plus(distance);
  skips_.add({.first = next_number_, .last = packet_number{after.value - 1}});
  next_number_ = after;
}

bool loss_recovery::has_room() const { return ledger_.size() < ledger_packets_max; }

std::vector<sent_item> loss_recovery::take_items() { return pool_.take(); }

void loss_recovery::give_back_items(std::vector<sent_item>&& items) { pool_.give_back(std::move(items)); }

void loss_recovery::on_sent(sent_packet&& packet) {
  assert(packet.number == next_number_);
  assert(has_room());
  next_number_ = next_number_.next();
  ++statistics_.packets_sent;
  statistics_.bytes_sent += packet.bytes;
  if (packet.in_flight) {
    packet.snapshot = rate_.on_sent(packet.sent_at, bytes_in_flight_, packet.bytes);
    bytes_in_flight_ += packet.bytes;
  }
  if (packet.ack_eliciting) {
    if (eliciting_in_flight_++ == 0) quiet_since_ = packet.sent_at;
    last_eliciting_sent_at_ = packet.sent_at;
  }
  retire(packet.sent_at);
  ledger_.push(std::move(packet));
}

void loss_recovery::seed_round_trip(time_point now, duration sample) {
  rtt_.on_sample(now, std::max(sample, duration{1}), duration::zero());
  if (!first_sample_at_) first_sample_at_ = now;
}

void loss_recovery::on_app_limited() { rate_.on_app_limited(bytes_in_flight_); }

void loss_recovery::on_path_change() {
  rtt_.reset();
  pto_.on_progress();
  detector_ = loss_detector{};
  first_sample_at_.reset();
}

void loss_recovery::clear(ack_outcome& outcome) {
  for (sent_packet& packet : outcome.acked) pool_.give_back(std::move(packet.items));
  for (sent_packet& packet : outcome.lost) pool_.give_back(std::move(packet.items));
  outcome.acked.clear();
  outcome.lost.clear();
  outcome.rtt_sampled = outcome.spurious = false;
  outcome.acked_bytes = outcome.lost_bytes = 0;
  outcome.ack.reset();
  outcome.loss.reset();
}

std::optional<ack_error> loss_recovery::check(const ack_frame& frame) const {
  if (frame.ranges.empty() || frame.ranges.front().last != frame.largest) return ack_error::malformed;
  if (frame.largest >= next_number_) return ack_error::never_sent;  // RFC 9000 section 13.1
  packet_number ceiling = next_number_;
  for (const packet_range& range : frame.ranges) {
    if (range.first > range.last || range.last >= ceiling) return ack_error::malformed;
    if (skips_.meets(range)) return ack_error::skipped;  // RFC 9000 section 21.4
    ceiling = range.first;
  }
  return std::nullopt;
}

tl::expected<void, ack_error> loss_recovery::on_ack(time_point now, const ack_frame& frame, ack_outcome& outcome) {
  clear(outcome);
  if (const std::optional<ack_error> error = check(frame)) return tl::unexpected(*error);
  note_stall(now);
  const std::uint64_t prior_in_flight = bytes_in_flight_;
  for (std::size_t index = frame.ranges.size(); index-- > 0;) acknowledge(now, frame.ranges[index], outcome);
  if (outcome.acked.empty()) return {};
  advance_largest(outcome);
  sample_rtt(now, frame, outcome);
  pto_.on_progress();  // RFC 9002 section 6.2.1
  quiet_since_ = now;
  detect_losses(now, outcome);
  summarize_acks(now, prior_in_flight, outcome);
  retire(now);
  return {};
}

void loss_recovery::acknowledge(time_point now, const packet_range& range, ack_outcome& outcome) {
  for (std::size_t index = ledger_.lower_bound(range.first); index < ledger_.size(); ++index) {
    sent_ledger::slot& slot = ledger_[index];
    if (slot.packet.number > range.last) break;
    if (slot.state != fate::acked) settle_acked(now, slot, outcome);
  }
}

void loss_recovery::settle_acked(time_point now, sent_ledger::slot& slot, ack_outcome& outcome) {
  sent_packet& packet = slot.packet;
  note_arrival(now, slot, outcome);
  if (slot.state == fate::open) leave_flight(packet);
  if (packet.in_flight) {
    rate_.on_acked(now, packet.sent_at, packet.snapshot, packet.bytes);
    outcome.acked_bytes += packet.bytes;
  }
  ++statistics_.packets_acked;
  statistics_.bytes_acked += packet.bytes;
  slot.state = fate::acked;
  outcome.acked.push_back(std::move(packet));
}

void loss_recovery::leave_flight(const sent_packet& packet) {
  if (packet.in_flight) bytes_in_flight_ -= packet.bytes;
  if (packet.ack_eliciting) --eliciting_in_flight_;
}

// Learns from the order in which packets arrive.
void loss_recovery::note_arrival(time_point now, const sent_ledger::slot& slot, ack_outcome& outcome) {
  std::uint64_t behind = 0;
  if (largest_acked_ && slot.packet.number < *largest_acked_) behind = largest_acked_ordinal_ - slot.ordinal;
  statistics_.reorder_max = std::max(statistics_.reorder_max, behind);
  if (slot.state != fate::lost) return;
  outcome.spurious = true;
  ++statistics_.spurious_losses;
  detector_.on_spurious(behind, now - slot.packet.sent_at, rtt_.smoothed(), rtt_.latest());
}

void loss_recovery::advance_largest(const ack_outcome& outcome) {
  const packet_number newest = outcome.acked.back().number;
  if (largest_acked_ && newest < *largest_acked_) return;
  largest_acked_ = newest;
  largest_acked_ordinal_ = ledger_[ledger_.lower_bound(newest)].ordinal;
}

// A timer that comes late tells that this process stood still (stopped, swapped out, blocked by its owner), maybe for
// seconds: what was acknowledged meanwhile lay in the socket, and would be taken for a slow path.
void loss_recovery::note_stall(time_point now) {
  const auto due = deadline();
  if (due && now > *due + stall_min) stalled_until_ = now;
}

// Only the largest acknowledged packet, newly acknowledged and ack-eliciting, gives a
// sample (RFC 9002 section 5.1): for any other the ACK delay is unknown.
void loss_recovery::sample_rtt(time_point now, const ack_frame& frame, ack_outcome& outcome) {
  const sent_packet& newest = outcome.acked.back();
  if (newest.number != frame.largest || !newest.ack_eliciting) return;
  if (newest.sent_at < stalled_until_) return;
  const duration latest = std::max(now - newest.sent_at, duration{1});
  rtt_.on_sample(now, latest, std::min(frame.delay, peer_max_ack_delay_));  // RFC 9002 section 5.3
  if (!first_sample_at_) first_sample_at_ = now;
  outcome.rtt_sampled = true;
}

// RFC 9002 section 6.1. Packets are examined from the oldest on; the first that is neither
// far enough behind nor old enough ends the search, since all after it are younger.
void loss_recovery::detect_losses(time_point now, ack_outcome& outcome) {
  loss_at_.reset();
  const duration delay = detector_.delay(rtt_.smoothed(), rtt_.latest());
  std::optional<packet_number> oldest_open;
  for (std::size_t index = ledger_.lower_bound(scan_from_); index < ledger_.size(); ++index) {
    sent_ledger::slot& slot = ledger_[index];
    if (!largest_acked_ || slot.packet.number > *largest_acked_) break;
    if (slot.state != fate::open) continue;
    if (detector_.lost_by_count(largest_acked_ordinal_ - slot.ordinal) || slot.packet.sent_at + delay <= now) {
      declare_lost(now, slot, outcome);
      continue;
    }
    if (!oldest_open) oldest_open = slot.packet.number;
    if (!slot.packet.in_flight) continue;  // a bare ACK is not worth a timer
    loss_at_ = slot.packet.sent_at + delay;
    break;
  }
  if (largest_acked_) scan_from_ = oldest_open.value_or(*largest_acked_);
  summarize_losses(now, outcome);
}

void loss_recovery::declare_lost(time_point now, sent_ledger::slot& slot, ack_outcome& outcome) {
  sent_packet& packet = slot.packet;
  slot.state = fate::lost;
  packet.declared_lost = true;
  packet.lost_at = now;
  leave_flight(packet);
  ++statistics_.packets_lost;
  statistics_.bytes_lost += packet.bytes;
  if (packet.in_flight) {
    rate_.on_lost(packet.bytes);
    outcome.lost_bytes += packet.bytes;
  }
  // The ledger keeps its own items, for the case that the loss turns out spurious.
  std::vector<sent_item> kept = std::move(packet.items);
  outcome.lost.push_back(packet);
  outcome.lost.back().items = pool_.take();
  outcome.lost.back().items.assign(kept.begin(), kept.end());
  packet.items = std::move(kept);
}

void loss_recovery::summarize_losses(time_point now, ack_outcome& outcome) {
  loss_sample sample;
  packet_number first_lost;
  for (const sent_packet& packet : outcome.lost) {
    if (!packet.in_flight || packet.mtu_probe) continue;
    if (sample.lost_packets++ == 0) first_lost = packet.number;
    sample.lost_bytes += packet.bytes;
    sample.newest_sent_at = packet.sent_at;
    sample.largest_lost = packet.number;
    sample.newest = packet.snapshot;
  }
  if (sample.lost_packets == 0) return;
  sample.now = now;
  sample.bytes_in_flight = bytes_in_flight_;
  sample.lost_total = rate_.lost();
  sample.delivered_total = rate_.delivered();
  sample.round = rate_.round();
  sample.persistent =
      first_sample_at_ && is_persistent_congestion(ledger_, first_lost, persistent_ptos * pto(), *first_sample_at_);
  if (sample.persistent) ++statistics_.persistent_congestions;
  outcome.loss = sample;
}

void loss_recovery::summarize_acks(time_point now, std::uint64_t prior_in_flight, ack_outcome& outcome) {
  const std::uint64_t prior_round = rate_.round();
  const std::optional<rate_sample> rate = rate_.take_sample(rtt_.minimum());
  const bool round_start = rate_.round() != prior_round;
  if (round_start) detector_.on_round();
  if (outcome.acked_bytes == 0) return;
  ack_sample& sample = outcome.ack.emplace();
  sample.now = now;
  sample.acked_bytes = outcome.acked_bytes;
  sample.prior_in_flight = prior_in_flight;
  sample.bytes_in_flight = bytes_in_flight_;
  sample.newest_sent_at = outcome.acked.back().sent_at;
  sample.largest_acked = *largest_acked_;
  sample.next_number = next_number_;
  if (outcome.rtt_sampled) sample.latest_rtt = rtt_.latest();
  sample.smoothed_rtt = rtt_.smoothed();
  sample.rtt_variation = rtt_.variation();
  sample.min_rtt = rtt_.minimum();
  sample.delivered_total = rate_.delivered();
  sample.round = rate_.round();
  sample.round_start = round_start;
  sample.rate = rate;
}

timer_outcome loss_recovery::on_timer(time_point now, ack_outcome& outcome) {
  clear(outcome);
  const std::optional<time_point> due = deadline();
  if (!due || now < *due) return timer_outcome::nothing;
  note_stall(now);
  if (loss_at_) {
    detect_losses(now, outcome);
    retire(now);
    return outcome.lost.empty() ? timer_outcome::nothing : timer_outcome::lost;
  }
  pto_.on_fired();
  ++statistics_.timeouts;
  // The probe starts the wait anew; so does one that could not be sent.
  last_eliciting_sent_at_ = quiet_since_ = now;
  return timer_outcome::probe;
}

// RFC 9002 section 6.2.1: from the last ack-eliciting packet on. Beyond it, a steady trickle of
// packets must not push the timer away for ever: after twice the interval without a sign
// of life it fires all the same.
std::optional<time_point> loss_recovery::deadline() const {
  if (loss_at_) return loss_at_;
  if (eliciting_in_flight_ == 0) return std::nullopt;
  const duration interval = probe_interval();
  return std::min(last_eliciting_sent_at_ + interval, quiet_since_ + silent_ptos * interval);
}

void loss_recovery::retire(time_point now) {
  const duration lost_memory = lost_memory_ptos * pto();
  while (!ledger_.empty()) {
    sent_ledger::slot& oldest = ledger_[0];
    const bool settled =
        oldest.state == fate::acked || (oldest.state == fate::lost && now - oldest.packet.lost_at > lost_memory);
    const bool bare = oldest.state == fate::open && !oldest.packet.ack_eliciting && !oldest.packet.in_flight;
    if (!settled && !(bare && ledger_.size() > bare_packets_kept)) break;
    pool_.give_back(std::move(oldest.packet.items));
    ledger_.pop_front();
  }
}

void loss_recovery::trim() {
  ledger_.release_if_empty();
  pool_.release();
}

const std::vector<sent_item>* loss_recovery::oldest_open_items() const {
  for (std::size_t index = ledger_.lower_bound(scan_from_); index < ledger_.size(); ++index) {
    const sent_ledger::slot& slot = ledger_[index];
    if (slot.state == fate::open && slot.packet.ack_eliciting) return &slot.packet.items;
  }
  return nullptr;
}

recovery_statistics loss_recovery::statistics() const {
  recovery_statistics result = statistics_;
  result.packet_threshold = detector_.packet_threshold();
  result.time_threshold_16ths = detector_.time_threshold_16ths();
  return result;
}

}  // namespace tern::proto
