#include "proto/lanes/outgoing_lanes.hpp"

#include "proto/packet/frame_encode.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

namespace {
std::size_t class_index(lane_id id) { return static_cast<std::size_t>(id.priority_class()); }
// A rest of a packet that is smaller is not worth cutting a message for.
constexpr std::size_t fragment_bytes_min = 128;
// MESSAGE's type, lane, number, total, offset and length at their longest.
constexpr std::size_t message_header_bytes_max = 1 + 4 + 8 + 4 + 4 + 4;
}  // namespace

outgoing_lanes::outgoing_lanes(const limits& bounds, std::size_t packet_payload_bytes)
    : bounds_(bounds),
      packet_payload_bytes_(packet_payload_bytes),
      message_bytes_max_(bounds.message_bytes_max),
      peer_reassembly_bytes_(bounds.reassembly_bytes_connection_max),
      credit_(bounds.enforce_credit) {}

outgoing_lanes::scheduled* outgoing_lanes::find(lane_id id) {
  if (last_found_ != nullptr && last_found_->lane.id() == id) return last_found_;
  const auto found = lanes_.find(id.wire());
  if (found == lanes_.end()) return nullptr;
  return last_found_ = found->second.get();
}

outgoing_message* outgoing_lanes::find_message(const sent_fragment& fragment) {
  scheduled* slot = find(fragment.lane);
  return slot == nullptr ? nullptr : slot->lane.find(fragment.number);
}

bool outgoing_lanes::is_too_big(lane_id id, std::size_t payload_bytes) const {
  const std::size_t packet_max = packet_payload_bytes_ - message_header_bytes_max;
  if (payload_bytes > message_bytes_max_) return true;
  if (!bounds_.fragmentation && payload_bytes > packet_max) return true;
  return !id.is_reliable() && payload_bytes > limits::unreliable_fragments_max * packet_max;
}

tl::expected<void, std::error_code> outgoing_lanes::enqueue(lane_id id, bytes payload, const send_options& options,
                                                            time_point now) {
  if (is_too_big(id, payload.size())) return tl::unexpected(make_error_code(errc::message_too_big));
  scheduled* slot = find(id);
  if (slot == nullptr) {
    if (lanes_.size() >= bounds_.lanes_max) return tl::unexpected(make_error_code(errc::bad_lane));
    slot = lanes_.emplace(id.wire(), std::make_unique<scheduled>(id)).first->second.get();
  }
  if (id.mode() == delivery::latest) {
    for (const outgoing_message& older : slot->lane.take_all_waiting()) {
      queued_bytes_ -= older.size();
      tell(id, older.options, send_event::fate::replaced);
    }
  }
  if (slot->lane.waiting() + slot->lane.numbers_open() >= bounds_.queued_messages_max)
    return tl::unexpected(make_error_code(errc::queue_full));
  if (options.deadline && *options.deadline <= now) {
    tell(id, options, send_event::fate::expired);
    return {};
  }
  queued_bytes_ += payload.size();
  if (id.is_reliable()) ++open_reliable_;
  const std::uint64_t sequence = slot->lane.push(std::move(payload), options);
  if (options.deadline) deadlines_.push({*options.deadline, id, sequence});
  make_ready(*slot);
  return {};
}

void outgoing_lanes::make_ready(scheduled& slot) {
  if (slot.in != scheduled::list::none) return;
  slot.in = scheduled::list::ready;
  ready_[class_index(slot.lane.id())].push_back(&slot);
}

void outgoing_lanes::unblock() {
  for (std::size_t which = 0; which < classes; ++which) {
    for (scheduled* slot : blocked_[which]) {
      slot->in = scheduled::list::none;
      make_ready(*slot);
    }
    blocked_[which].clear();
  }
}

bool outgoing_lanes::fill(writer& out, std::vector<sent_item>& items, fill_scope scope) {
  constexpr std::uint64_t bulk_turn = 8;
  const std::size_t before = items.size();
  const bool bulk_first = scope == fill_scope::all && ++fills_ % bulk_turn == 0;
  if (!skips_.fill(out, items)) return items.size() > before;
  if (bulk_first && !fill_class(priority::bulk, out, items)) return items.size() > before;
  for (const priority which : {priority::control, priority::interactive, priority::bulk}) {
    if (which == priority::bulk && (bulk_first || scope != fill_scope::all)) continue;
    if (!fill_class(which, out, items)) break;
  }
  return items.size() > before;
}

// False when the packet is full.
bool outgoing_lanes::fill_class(priority which, writer& out, std::vector<sent_item>& items) {
  if (!fill_lost(which, out, items)) return false;
  auto& ready = ready_[static_cast<std::size_t>(which)];
  while (!ready.empty()) {
    scheduled& slot = *ready.front();
    const outcome result = slot.lane.has_unsent() ? write_next(slot.lane, out, items) : outcome::written;
    if (result == outcome::no_room) return false;
    ready.pop_front();
    slot.in = scheduled::list::none;
    if (result == outcome::stuck) {
      slot.in = scheduled::list::blocked;
      blocked_[static_cast<std::size_t>(which)].push_back(&slot);
    } else if (slot.lane.has_unsent()) {
      make_ready(slot);
    }
  }
  return true;
}

bool outgoing_lanes::fill_lost(priority which, writer& out, std::vector<sent_item>& items) {
  for (auto& lost = lost_[static_cast<std::size_t>(which)]; !lost.empty(); lost.pop_front()) {
    if (const auto rest = write_again(lost.front(), out, items)) {
      lost.front() = *rest;
      return false;
    }
  }
  return true;
}

bool outgoing_lanes::repeat(writer& out, const std::vector<sent_item>& open, std::vector<sent_item>& items) {
  const std::size_t before = items.size();
  for (const sent_item& item : open) {
    if (const auto* fragment = std::get_if<sent_fragment>(&item)) {
      write_again(*fragment, out, items);
    } else if (const auto* skip = std::get_if<sent_skip>(&item)) {
      skips_.repeat(*skip, out, items);
    }
  }
  return items.size() > before;
}

// Writes what the peer is not known to have of the fragment. Returns what had no room.
std::optional<sent_fragment> outgoing_lanes::write_again(sent_fragment due, writer& out,
                                                         std::vector<sent_item>& items) {
  const outgoing_message* message = find_message(due);
  if (message == nullptr) return std::nullopt;
  if (due.length > 0) {
    // Repeats cut it anew: its beginning may have been acknowledged without its end.
    const std::uint64_t end = std::uint64_t{due.offset} + due.length;
    const std::uint64_t missing = message->acked.first_missing(message_number{due.offset}).value;
    if (missing >= end) return std::nullopt;
    due.offset = static_cast<std::uint32_t>(missing);
    due.length = static_cast<std::uint32_t>(end - missing);
  }
  const auto written = write_fragment(out, items, due.lane, due.number, *message, due.offset, due.length);
  if (!written) return due;
  bytes_repeated_ += *written;
  due.offset += *written;
  due.length -= *written;
  return due.length > 0 ? std::optional{due} : std::nullopt;
}

std::optional<std::uint32_t> outgoing_lanes::write_fragment(writer& out, std::vector<sent_item>& items, lane_id id,
                                                            message_number number, const outgoing_message& message,
                                                            std::uint32_t offset, std::uint32_t length_max) const {
  const message_room room = message_data_room(id, number, message.size(), offset, out.remaining());
  const auto length = static_cast<std::uint32_t>(std::min<std::size_t>(room.length, length_max));
  if (!room.fits || (length == 0 && message.size() != 0)) return std::nullopt;
  message_frame frame;
  frame.lane = id;
  frame.number = number;
  frame.total = message.size();
  frame.offset = offset;
  frame.data = byte_view{message.payload}.subspan(offset, length);
  frame.acknowledge_at_once = message.options.acknowledge_at_once;
  if (!append(out, frame)) return std::nullopt;
  items.push_back(sent_fragment{id, number, offset, length});
  return length;
}

bool outgoing_lanes::needs_fragments(const outgoing_message& message) const {
  return message.size() + message_header_bytes_max > packet_payload_bytes_;
}

bool outgoing_lanes::may_start(const outgoing_lane& lane, const outgoing_message& message) const {
  if (!lane.id().is_reliable()) return true;
  if (lane.numbers_open() >= limits::message_numbers_ahead_max) return false;
  if (!credit_.allows(message_charge(message.size()), lane.id().priority_class())) return false;
  return !needs_fragments(message) || fragmented_open_bytes_ == 0 ||
         fragmented_open_bytes_ + message.size() <= peer_reassembly_bytes_;
}

outgoing_lanes::outcome outgoing_lanes::write_next(outgoing_lane& lane, writer& out, std::vector<sent_item>& items) {
  const outgoing_message& message = lane.next();
  const bool is_started = lane.is_next_started();
  if (!is_started && !may_start(lane, message)) {
    if (!credit_.allows(message_charge(message.size()), lane.id().priority_class())) credit_.on_blocked();
    return outcome::stuck;
  }
  const std::uint32_t left = message.size() - message.next_offset;
  const bool fits = message_header_bytes_max + left <= out.remaining();
  // A message that would fit the next packet whole is not cut, unless this packet is as
  // good as any: then waiting would never end.
  const bool may_wait = left + message_header_bytes_max <= packet_payload_bytes_ && !items.empty();
  if (!fits && (may_wait || out.remaining() < fragment_bytes_min)) {
    const message_room room =
        message_data_room(lane.id(), lane.next_number(), message.size(), message.next_offset, out.remaining());
    if (!room.fits || room.length < left) return outcome::no_room;
  }
  if (!is_started) start(lane, message);
  const message_number number = lane.start_next();
  const outgoing_message& started = lane.next();
  const auto written = write_fragment(out, items, lane.id(), number, started, started.next_offset, left);
  if (!written) return outcome::no_room;
  queued_bytes_ -= *written;
  if (lane.advance(*written)) on_left(lane, number);
  return outcome::written;
}

void outgoing_lanes::start(const outgoing_lane& lane, const outgoing_message& message) {
  if (!lane.id().is_reliable()) return;
  credit_.use(message_charge(message.size()));
  if (needs_fragments(message)) fragmented_open_bytes_ += message.size();
}

// The last byte of a message left for the first time.
void outgoing_lanes::on_left(outgoing_lane& lane, message_number number) {
  if (lane.id().is_reliable()) return;
  tell(lane.id(), lane.find(number)->options, send_event::fate::sent);
  lane.finish(number);
}

void outgoing_lanes::on_acked(const sent_item& item) {
  if (const auto* fragment = std::get_if<sent_fragment>(&item)) return on_fragment_acked(*fragment);
  if (const auto* skip = std::get_if<sent_skip>(&item)) skips_.on_acked(*skip);
}

tl::expected<void, close_code> outgoing_lanes::on_lane_ack(lane_id id, message_number next) {
  scheduled* slot = id.is_reliable() ? find(id) : nullptr;
  if (slot == nullptr || next > slot->lane.next_number()) return tl::unexpected(close_code::ack_of_unsent);
  skips_.on_acked_below(id, next);
  while (const auto number = slot->lane.oldest_open()) {
    if (*number >= next) break;
    const outgoing_message& message = *slot->lane.find(*number);
    tell(id, message.options, send_event::fate::acked);
    settle(slot->lane, *number, message);
  }
  return {};
}

void outgoing_lanes::on_fragment_acked(const sent_fragment& fragment) {
  outgoing_message* message = find_message(fragment);
  if (message == nullptr) return;
  if (fragment.length != message->size()) {
    message->acked.insert_range(fragment.offset, std::uint64_t{fragment.offset} + fragment.length - 1);
    if (message->acked.floor().value < message->size()) return;
  }
  tell(fragment.lane, message->options, send_event::fate::acked);
  settle(find(fragment.lane)->lane, fragment.number, *message);
}

// A numbered reliable message is over, one way or the other.
void outgoing_lanes::settle(outgoing_lane& lane, message_number number, const outgoing_message& message) {
  queued_bytes_ -= message.size() - message.next_offset;
  if (lane.id().is_reliable()) {
    --open_reliable_;
    if (needs_fragments(message)) {
      fragmented_open_bytes_ -= message.size();
      unblock();
    }
  }
  const bool was_full = lane.numbers_open() >= limits::message_numbers_ahead_max;
  lane.finish(number);
  if (was_full) unblock();
}

void outgoing_lanes::on_lost(const sent_item& item) {
  if (const auto* fragment = std::get_if<sent_fragment>(&item)) {
    if (find_message(*fragment) != nullptr) lost_[class_index(fragment->lane)].push_back(*fragment);
  } else if (const auto* skip = std::get_if<sent_skip>(&item)) {
    skips_.on_lost(*skip);
  }
}

void outgoing_lanes::on_max_data(std::uint64_t total) {
  if (credit_.raise(total)) unblock();
}

void outgoing_lanes::on_peer_message_bytes(std::uint64_t bytes_max) {
  message_bytes_max_ = std::min(message_bytes_max_, bytes_max);
}

void outgoing_lanes::on_deadline(time_point now) {
  while (!deadlines_.empty() && deadlines_.top().at <= now) {
    const deadline due = deadlines_.top();
    deadlines_.pop();
    expire(due);
  }
}

void outgoing_lanes::expire(const deadline& due) {
  scheduled* slot = find(due.lane);
  if (const auto waiting = slot->lane.take_waiting(due.sequence)) {
    queued_bytes_ -= waiting->size();
    if (due.lane.is_reliable()) --open_reliable_;
    return tell(due.lane, waiting->options, send_event::fate::expired);
  }
  const auto number = slot->lane.number_of(due.sequence);
  if (!number) return;
  const outgoing_message& message = *slot->lane.find(*number);
  tell(due.lane, message.options, send_event::fate::expired);
  if (due.lane.is_reliable()) skips_.open({due.lane, *number}, message_charge(message.size()));
  settle(slot->lane, *number, message);
}

std::optional<time_point> outgoing_lanes::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.top().at;
}

bool outgoing_lanes::has_sendable() const {
  const auto any = [](const auto& lists) {
    return std::any_of(lists.begin(), lists.end(), [](const auto& list) { return !list.empty(); });
  };
  return skips_.has_due() || any(lost_) || any(ready_);
}

void outgoing_lanes::tell(lane_id id, const send_options& options, send_event::fate what) {
  if (options.tag != 0) events_.push_back({id, options.tag, what});
}

std::optional<send_event> outgoing_lanes::poll_event() {
  if (events_.empty()) return std::nullopt;
  const send_event event = events_.front();
  events_.pop_front();
  return event;
}

}  // namespace tern::proto
