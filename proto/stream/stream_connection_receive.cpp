// The way in: cut the stream into packets, open, check everything, then apply.
#include "proto/limits.hpp"
#include "proto/packet/frame_decode.hpp"
#include "proto/stream/stream_connection.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace tern::proto {

namespace {

// First pass over the frames of a packet, before anything is changed by it.
struct packet_check {
  const incoming_lanes& lanes;
  std::optional<close_code> error;

  void operator()(const ack_frame&) { error = close_code::protocol_error; }
  void operator()(const path_challenge_frame&) { error = close_code::protocol_error; }
  void operator()(const path_response_frame&) { error = close_code::protocol_error; }
  void operator()(const params_frame&) { error = close_code::protocol_error; }
  void operator()(const reply_info_frame&) { error = close_code::protocol_error; }
  void operator()(const token_frame&) { error = close_code::protocol_error; }
  void operator()(const next_key_frame&) { error = close_code::protocol_error; }
  void operator()(const message_frame& message) {
    if (const auto admitted = lanes.check(message); !admitted) {
      error = admitted.error();
    } else if (*admitted == admission::over_budget) {
      error = close_code::busy;  // nothing on a stream can be taken for lost
    }
  }
  template <class Frame>
  void operator()(const Frame&) {}
};

}  // namespace

// Second pass: hands each frame to the component that owns its meaning.
class stream_connection::frame_applier {
 public:
  frame_applier(stream_connection& owner, time_point now) : owner_(owner), now_(now) {}

  void operator()(const ping_frame& ping) { owner_.pongs_due_.add(ping.data); }
  void operator()(const pong_frame& pong) { owner_.on_pong(pong, now_); }
  void operator()(const close_frame& close) { owner_.on_close(close, now_); }
  void operator()(const max_data_frame& frame) { owner_.messages_.out().on_max_data(frame.total); }
  void operator()(const blocked_frame&) { owner_.messages_.in().repeat_max_data(); }
  void operator()(const auth_frame& auth) { owner_.authenticate(auth, now_); }
  void operator()(const skip_frame& skip) {
    owner_.acks_.on_received(now_, skip.lane, false);
    check(owner_.messages_.in().on_skip(skip), "SKIP not acceptable");
  }
  void operator()(const message_frame& message) {
    owner_.acks_.on_received(now_, message.lane, message.acknowledge_at_once);
    check(owner_.messages_.in().on_message(message, now_), "message not acceptable");
  }
  void operator()(const lane_ack_frame& ack) {
    check(owner_.messages_.out().on_lane_ack(ack.lane, ack.next), "acknowledged what was never sent");
  }
  template <class Frame>
  void operator()(const Frame&) {}

 private:
  void check(const tl::expected<void, close_code>& applied, std::string_view complaint) {
    if (!applied) owner_.fail(applied.error(), complaint, now_);
  }

  stream_connection& owner_;
  time_point now_;
};

void stream_connection::on_data(time_point now, mutable_byte_view octets) {
  note_stall(now);
  statistics_.bytes_received += octets.size();
  const auto listens = [this] { return phase_ == phase::handshaking || accepts_data(); };
  bool had_packets = false;
  while (listens()) {
    const auto packet = reader_.next(octets);
    if (!packet) break;
    had_packets = true;
    on_packet(now, *packet);
  }
  watch_begun_packet(now, had_packets);
  if (!listens() || reader_.failed() == stream_reader::failure::none) return;
  ++(reader_.failed() == stream_reader::failure::foreign ? environment_.counters.streams_foreign
                                                         : environment_.counters.malformed);
  break_off(now, "what arrives is no packet");
}

// Memory is held for it, so it may not take for ever.
void stream_connection::watch_begun_packet(time_point now, bool is_another) {
  if (!reader_.is_inside_packet()) {
    packet_due_.reset();
  } else if (is_another || !packet_due_) {
    packet_due_ = now + limits::stream_packet_time_max;
  }
}

void stream_connection::on_packet(time_point now, mutable_byte_view packet) {
  const auto header = decode_stream_header(packet.subspan(stream_length_bytes));
  if (header && protection_ && std::holds_alternative<stream_data_header>(*header)) return on_sealed(now, packet);
  const auto take = [&](const auto& decoded) {
    if constexpr (std::is_same_v<decltype(decoded), const stream_data_header&>) {
      return false;
    } else {
      return on_header(now, decoded);
    }
  };
  if (header && std::visit(take, *header)) return static_cast<void>(++statistics_.packets_received);
  ++environment_.counters.malformed;
  break_off(now, "a packet that has no place here");
}

void stream_connection::on_sealed(time_point now, mutable_byte_view packet) {
  if (const auto payload = protection_->open(packet)) return on_opened(now, *payload);
  ++statistics_.packets_forged;
  ++environment_.counters.packets_forged;
  break_off(now, "a packet does not open");
}

void stream_connection::on_opened(time_point now, byte_view payload) {
  ++statistics_.packets_received;
  packet_check checked{messages_.in(), std::nullopt};
  if (const auto decoded = decode_frames(payload, checked); !decoded) {
    const bool unknown = decoded.error() == frame_error::unknown_type;
    return fail(unknown ? close_code::protocol_error : close_code::frame_encoding_error, "undecodable frame", now);
  }
  if (checked.error) return fail(*checked.error, "frame not allowed", now);
  confirm(now);
  idle_.on_received(now);
  heartbeat_.on_received(now);
  is_excused_ = false;
  frame_applier applier{*this, now};
  static_cast<void>(decode_frames(payload, applier));
  if (phase_ == phase::flushing && messages_.out().all_acked()) begin_closing(now);
  announce(now);
  if (phase_ != phase::lingering) return;
  tell_ending();
  finish(stream_finished::manner::orderly);
}

void stream_connection::on_pong(const pong_frame& pong, time_point now) {
  const ping_id id = ping_id_of(pong.data);
  const auto asked_by_owner = pings_.on_pong(now, id);
  if (asked_by_owner) tell(ping_answered{handle_, id, *asked_by_owner});
  const auto took = asked_by_owner ? asked_by_owner : heartbeat_.on_pong(now, pong.data);
  if (took && now - *took >= stalled_until_) rtt_.on_sample(now, std::max(*took, duration{1}), duration::zero());
}

void stream_connection::on_close(const close_frame& close, time_point now) {
  if (!accepts_data()) return;
  ending_.decide(closed::cause::by_peer, static_cast<close_code>(close.code), close.reason);
  phase_ = phase::lingering;
  linger_until_ = now + linger_time();
}

void stream_connection::announce(time_point now) {
  messages_.announce();
  heartbeat_.set_busy(now, !messages_.out().all_acked());
  if (heartbeat_.take_fell_silent()) tell(silent{handle_});
  if (heartbeat_.take_returned()) tell(heard{handle_});
  wear_.on_packets(std::max(statistics_.packets_sent, statistics_.packets_received));
  if (accepts_data() && wear_.take_worn(now)) tell(outworn{handle_});
}

}  // namespace tern::proto
