// A data packet's way out. Order of what a packet takes along: ACK, small control
// frames, then messages by urgency. Whatever is ack-eliciting obeys window and pacer,
// except probes (RFC 9002 §7.5).
#include "proto/connection/connection.hpp"
#include "proto/connection/handshake_payload.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/packet/packet_number.hpp"
#include "proto/packet/writer.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

namespace {
constexpr std::size_t packet_overhead = data_header_bytes + aead_tag_size;
}  // namespace

struct connection::draft {
  writer out;
  std::vector<sent_item> items;
  bool ack_eliciting = false;
  bool carries_ack = false;
  bool probe = false;

  template <class Frame>
  bool put(const Frame& frame) {
    const bool fits = append(out, frame);
    ack_eliciting |= fits;
    return fits;
  }
  template <class Frame>
  bool put(const Frame& frame, sent_item item) {
    const bool fits = put(frame);
    if (fits) items.push_back(item);
    return fits;
  }
};

std::optional<std::size_t> connection::poll_transmit(time_point now, mutable_byte_view buffer) {
  switch (phase_) {
    case phase::handshaking:
      return transmit_handshake(now, buffer);
    case phase::open:
    case phase::flushing:
      if (reply_due(now)) {
        if (const auto size = transmit_reply(now, buffer)) return size;
      }
      return has_keys() ? transmit_data(now, buffer) : std::nullopt;
    case phase::closing:
      return close_due_ ? transmit_close(now, buffer) : std::nullopt;
    case phase::draining:
    case phase::gone:
      break;
  }
  return std::nullopt;
}

// Where the frames of a data packet go: what buffer, path and an address not yet validated leave.
std::optional<mutable_byte_view> connection::payload_room(mutable_byte_view buffer) const {
  const std::size_t size = std::min<std::uint64_t>({buffer.size(), datagram_bytes_max_, amplification_.allowance()});
  if (size <= packet_overhead) return std::nullopt;
  return buffer.subspan(data_header_bytes, size - packet_overhead);
}

std::optional<std::size_t> connection::transmit_data(time_point now, mutable_byte_view buffer) {
  const auto room = payload_room(buffer);
  if (!room || !recovery_.has_room()) return std::nullopt;

  draft packet{writer{*room}, recovery_.take_items()};
  if (acks_.has_news() || acks_.due(now)) {
    const ack_frame ack = acks_.make(now);
    packet.carries_ack = append(packet.out, ack);
    if (packet.carries_ack) packet.items.push_back(sent_ack{ack.largest});
  }
  write_control(packet, now);
  if (probes_due_ > 0) {
    write_probe(packet);
  } else {
    write_messages(packet, now, gate_.judge(now, recovery_.bytes_in_flight(), room->size() + packet_overhead));
  }
  if (!packet.ack_eliciting && !(packet.carries_ack && acks_.due(now))) {
    recovery_.give_back_items(std::move(packet.items));
    return std::nullopt;
  }
  if (packet.carries_ack) acks_.on_sent(now);
  recovery_.skip(skipper_.before_packet(environment_.source));
  const std::size_t bytes = finish(now, packet, buffer);
  wear_.on_packets(recovery_.next_number().value);
  announce(now);
  return bytes;
}

void connection::write_control(draft& packet, time_point now) {
  if (auth_due_ && packet.put(make_auth(*self_, auth_label::handshake, final_hash_), sent_auth{})) auth_due_ = false;
  while (!pongs_due_.empty() && packet.put(pong_frame{pongs_due_.front()})) pongs_due_.pop();
  while (!path_responses_due_.empty() &&
         packet.put(path_response_frame{path_responses_due_.front()}, sent_path_response{}))
    path_responses_due_.pop();
  if (const auto total = messages_.in().max_data_due()) {
    if (packet.put(max_data_frame{*total}, sent_max_data{*total}))
      messages_.in().on_max_data_sent(now, *total, recovery_.rtt().smoothed());
  }
  if (const auto limit = messages_.out().blocked_due()) {
    if (packet.put(blocked_frame{*limit}, sent_blocked{})) messages_.out().on_blocked_sent();
  }
  write_owner_pings(packet, now);
  const bool confirm_due = confirm_at_ && now >= *confirm_at_;
  if ((ping_due_ || confirm_due) && packet.put(ping_frame{environment_.source.draw<8>()}, sent_ping{}))
    ping_due_ = false;
}

// Unlike the other control frames they come as fast as the owner asks, so the window bounds them.
void connection::write_owner_pings(draft& packet, time_point now) {
  while (pings_.has_due()) {
    const ping_frame ping{ping_octets(pings_.next_due())};
    const std::size_t bytes = packet_overhead + packet.out.size() + encoded_size(ping);
    if (gate_.judge(now, recovery_.bytes_in_flight(), bytes) == congestion_gate::verdict::full) return;
    if (!packet.put(ping, sent_ping{pings_.next_due()})) return;
    pings_.on_sent(now);
  }
}

void connection::write_messages(draft& packet, time_point now, congestion_gate::verdict verdict) {
  if (verdict == congestion_gate::verdict::full || !messages_.out().has_sendable()) return;
  if (verdict == congestion_gate::verdict::open) {
    packet.ack_eliciting |= messages_.out().fill(packet.out, packet.items);
    return;
  }
  if (verdict == congestion_gate::verdict::interactive)
    packet.ack_eliciting |= messages_.out().fill(packet.out, packet.items, fill_scope::interactive);
  pacing_wake_up_ = gate_.wake_up(now, datagram_bytes_max_);
}

// A probe carries data, never an empty PING while data is outstanding (RFC 9002 §6.2.4).
void connection::write_probe(draft& packet) {
  --probes_due_;
  packet.probe = true;
  ++statistics_.probes_sent;
  if (const auto* oldest = recovery_.oldest_open_items())
    packet.ack_eliciting |= messages_.out().repeat(packet.out, *oldest, packet.items);
  packet.ack_eliciting |= messages_.out().fill(packet.out, packet.items);
  if (!packet.ack_eliciting) packet.put(ping_frame{environment_.source.draw<8>()}, sent_ping{});
}

// Gives the packet its header, number and seal, and notes it as sent. Returns the datagram's size.
std::size_t connection::finish(time_point now, draft& packet, mutable_byte_view buffer) {
  writer header{buffer.first(data_header_bytes)};
  append(header, data_header{remote_id_, truncate_packet_number(recovery_.next_number())});
  const std::size_t bytes = protection_->seal(recovery_.next_number(), buffer, packet.out.size());
  sent_packet sent;
  sent.number = recovery_.next_number();
  sent.sent_at = now;
  sent.bytes = static_cast<std::uint32_t>(bytes);
  sent.ack_eliciting = packet.ack_eliciting;
  sent.in_flight = packet.ack_eliciting;
  sent.probe = packet.probe;
  sent.items = std::move(packet.items);
  recovery_.on_sent(std::move(sent));
  if (packet.ack_eliciting) {
    confirm_at_.reset();
    gate_.on_sent(now, bytes, recovery_.bytes_in_flight());
    idle_.on_sent_ack_eliciting(now);
    silence_.set_outstanding(now, true);
    if (!messages_.out().has_sendable()) recovery_.on_app_limited();
  }
  amplification_.on_sent(bytes);
  ++statistics_.packets_sent;
  statistics_.bytes_sent += bytes;
  return bytes;
}

std::optional<std::size_t> connection::transmit_close(time_point now, mutable_byte_view buffer) {
  close_due_ = false;
  const auto room = payload_room(buffer);
  if (!room) return std::nullopt;
  draft packet{writer{*room}, {}};
  // One last ACK, so that a one-shot exchange needs no packet more.
  if (acks_.largest()) append(packet.out, acks_.make(now));
  append(packet.out, ending_.frame());
  const std::size_t bytes = finish(now, packet, buffer);
  ending_.tell(environment_, handle_);
  return bytes;
}

}  // namespace tern::proto
