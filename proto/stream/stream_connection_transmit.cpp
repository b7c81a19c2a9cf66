// The way out. A packet takes along, in this order: LANE_ACKs that are due, small control
// frames, messages by urgency, LANE_ACKs that are not due yet.
#include "proto/connection/handshake_payload.hpp"
#include "proto/limits.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/stream/stream_connection.hpp"

#include <algorithm>

namespace tern::proto {

std::optional<std::size_t> stream_connection::poll(time_point now, mutable_byte_view buffer) {
  std::size_t size = 0;
  if (preface_due_ && phase_ == phase::handshaking) {
    std::copy(stream_preface.begin(), stream_preface.end(), buffer.begin());
    size = stream_preface.size();
    preface_due_ = false;
  }
  while (buffer.size() - size >= limits::stream_packet_bytes) {
    const std::size_t packet = write_packet(now, buffer.subspan(size));
    if (packet == 0) break;
    size += packet;
    ++statistics_.packets_sent;
  }
  if (size == 0) return std::nullopt;
  statistics_.bytes_sent += size;
  return size;
}

// Returns how much was written; 0 if there is nothing to say.
std::size_t stream_connection::write_packet(time_point now, mutable_byte_view buffer) {
  if (phase_ == phase::gone || phase_ == phase::lingering) return 0;
  if (const bytes packet = handshake_packet(now); !packet.empty()) return write_handshake(packet, buffer);
  if (!protection_) return 0;
  if (phase_ == phase::closing) return close_due_ ? write_close(buffer) : 0;
  return write_data(now, buffer);
}

std::size_t stream_connection::write_handshake(const bytes& packet, mutable_byte_view buffer) {
  writer out{buffer};
  out.u16(static_cast<std::uint16_t>(packet.size()));
  out.put(packet);
  if (phase_ == phase::refusing) {
    finish(stream_finished::manner::orderly);
    leave();
  }
  return out.size();
}

std::size_t stream_connection::write_data(time_point now, mutable_byte_view buffer) {
  buffer = buffer.first(std::min(buffer.size(), limits::stream_packet_bytes));
  writer out{stream_protection::payload_room(buffer)};
  if (acks_.is_due()) write_lane_acks(out);
  const std::size_t acks_only = out.size();
  write_control(out, now);
  written_.clear();
  messages_.out().fill(out, written_);
  if (out.size() == 0) return 0;
  if (out.size() > acks_only) idle_.on_sent_ack_eliciting(now);
  write_lane_acks(out);
  confirm_at_.reset();
  announce(now);
  return protection_->seal(buffer, out.size());
}

void stream_connection::write_control(writer& out, time_point now) {
  if (auth_due_ && append(out, make_auth(*self_, auth_label::handshake, final_hash_))) auth_due_ = false;
  while (!pongs_due_.empty() && append(out, pong_frame{pongs_due_.front()})) pongs_due_.pop();
  if (const auto total = messages_.in().max_data_due(); total && append(out, max_data_frame{*total}))
    messages_.in().on_max_data_sent(now, *total, rtt_.smoothed());
  if (const auto limit = messages_.out().blocked_due(); limit && append(out, blocked_frame{*limit}))
    messages_.out().on_blocked_sent();
  while (pings_.has_due() && append(out, ping_frame{ping_octets(pings_.next_due())})) pings_.on_sent(now);
  if (!ping_due_ && !heartbeat_.is_ping_due()) return;
  const auto data = environment_.source.draw<8>();
  if (!append(out, ping_frame{data})) return;
  ping_due_ = false;
  heartbeat_.on_ping_sent(now, data);
}

void stream_connection::write_lane_acks(writer& out, std::size_t frames_max) {
  while (acks_.has_news() && out.frames() < frames_max) {
    const lane_id lane = acks_.front();
    if (!append(out, lane_ack_frame{lane, messages_.in().next_missing(lane)})) return;
    acks_.pop();
  }
}

std::size_t stream_connection::write_close(mutable_byte_view buffer) {
  buffer = buffer.first(std::min(buffer.size(), limits::stream_packet_bytes));
  writer out{stream_protection::payload_room(buffer)};
  // What has arrived is acknowledged a last time, as far as that leaves room for CLOSE.
  write_lane_acks(out, packet_frames_max / 2);
  append(out, ending_.frame());
  close_due_ = false;
  tell_ending();
  finish(stream_finished::manner::orderly);
  return protection_->seal(buffer, out.size());
}

}  // namespace tern::proto
