// A data packet's way in: open, check everything, then apply.
#include "proto/connection/connection.hpp"
#include "proto/packet/frame_decode.hpp"

#include <utility>

namespace tern::proto {

namespace {

// First pass over the frames of a packet, before anything is changed by it.
struct packet_check {
  const incoming_lanes& lanes;
  bool ack_eliciting = false;
  bool at_once = false;
  bool over_budget = false;
  std::optional<close_code> error;

  void operator()(const padding_frame&) {}
  void operator()(const ack_frame&) {}
  void operator()(const close_frame&) {}
  void operator()(const reply_info_frame&) { error = close_code::protocol_error; }
  void operator()(const params_frame&) { error = close_code::protocol_error; }
  void operator()(const lane_ack_frame&) { error = close_code::protocol_error; }
  void operator()(const token_frame&) { error = close_code::protocol_error; }
  void operator()(const next_key_frame&) { error = close_code::protocol_error; }
  void operator()(const message_frame& message) {
    ack_eliciting = true;
    at_once |= message.acknowledge_at_once;
    if (const auto admitted = lanes.check(message); !admitted) {
      error = admitted.error();
    } else if (*admitted == admission::over_budget) {
      over_budget = true;
    }
  }
  template <class Frame>
  void operator()(const Frame&) {
    ack_eliciting = true;
  }
};

}  // namespace

// Second pass: hands each frame to the component that owns its meaning.
class connection::frame_applier {
 public:
  frame_applier(connection& owner, time_point now) : owner_(owner), now_(now) {}

  void operator()(const padding_frame&) {}
  void operator()(const params_frame&) {}
  void operator()(const reply_info_frame&) {}
  void operator()(const lane_ack_frame&) {}
  void operator()(const token_frame&) {}
  void operator()(const next_key_frame&) {}
  void operator()(const ping_frame& ping) { owner_.pongs_due_.add(ping.data); }
  void operator()(const pong_frame& pong) { owner_.on_pong(now_, pong); }
  void operator()(const ack_frame& ack) { owner_.on_ack(now_, ack); }
  void operator()(const close_frame& close) {
    if (!owner_.accepts_data()) return;
    owner_.begin_draining(now_);
    owner_.ending_.decide(closed::cause::by_peer, static_cast<close_code>(close.code), close.reason);
  }
  void operator()(const path_challenge_frame& challenge) { owner_.path_responses_due_.add(challenge.data); }
  void operator()(const path_response_frame&) {}
  void operator()(const max_data_frame& frame) { owner_.messages_.out().on_max_data(frame.total); }
  void operator()(const blocked_frame&) { owner_.messages_.in().repeat_max_data(); }
  void operator()(const auth_frame& auth) { owner_.authenticate(auth, now_); }
  void operator()(const skip_frame& skip) { check(owner_.messages_.in().on_skip(skip)); }
  void operator()(const message_frame& message) { check(owner_.messages_.in().on_message(message, now_)); }

 private:
  void check(const tl::expected<void, close_code>& applied) {
    if (!applied) owner_.fail(applied.error(), "message not acceptable", now_);
  }

  connection& owner_;
  time_point now_;
};

void connection::on_data(time_point now, const data_header& header, mutable_byte_view datagram) {
  if (!has_keys() || phase_ == phase::gone) return;
  const auto opened = protection_->open(header, datagram);
  if (!opened) {
    const bool forged = opened.error() == packet_protection::refusal::forged;
    ++(forged ? statistics_.packets_forged : statistics_.packets_replayed);
    ++(forged ? environment_.counters.packets_forged : environment_.counters.packets_replayed);
    if (statistics_.packets_forged >= environment_.config.forged_packets_max)
      fail(close_code::protocol_error, "more forged packets than the keys are good for", now);
    return;
  }
  ++statistics_.packets_received;
  statistics_.bytes_received += datagram.size();
  if (phase_ == phase::closing) {
    close_due_ |= close_answers_.on_packet();
    return;
  }
  if (accepts_data()) on_opened(now, opened->number, opened->payload);
}

void connection::on_reset(time_point now) {
  // While closing or draining there is nobody left to tell.
  if (!accepts_data()) return;
  begin_draining(now);
  ending_.decide(closed::cause::reset, close_code::none, "the relay does not know the connection any more");
  ending_.tell(environment_, handle_);
}

void connection::on_opened(time_point now, packet_number number, byte_view payload) {
  packet_check checked{messages_.in(), false, false, false, std::nullopt};
  if (const auto decoded = decode_frames(payload, checked); !decoded) {
    const bool unknown = decoded.error() == frame_error::unknown_type;
    return fail(unknown ? close_code::protocol_error : close_code::frame_encoding_error, "undecodable frame", now);
  }
  if (checked.error) return fail(*checked.error, "frame not allowed", now);
  if (checked.over_budget) {
    // As if it had been lost: neither accepted nor acknowledged, so the peer sends it again.
    ++statistics_.packets_over_budget;
    return;
  }
  protection_->accept(number);
  wear_.on_packets(number.value);
  confirm(now);
  idle_.on_received(now);
  silence_.on_received(now);
  acks_.on_received(now, number, checked.ack_eliciting, checked.at_once);
  frame_applier applier{*this, now};
  static_cast<void>(decode_frames(payload, applier));
  announce(now);
  if (phase_ == phase::draining) ending_.tell(environment_, handle_);
}

void connection::on_ack(time_point now, const ack_frame& ack) {
  if (!recovery_.on_ack(now, ack, outcome_))
    return fail(close_code::ack_of_unsent, "acknowledged what was never sent", now);
  settle(now);
}

void connection::settle(time_point now) {
  for (const sent_packet& packet : outcome_.acked)
    for (const sent_item& item : packet.items) on_acked(item);
  for (const sent_packet& packet : outcome_.lost)
    for (const sent_item& item : packet.items) on_lost(item);
  gate_.on_outcome(now, outcome_);
  pacing_wake_up_.reset();
  if (!outcome_.acked.empty()) {
    probes_due_ = 0;
    silence_.on_acked(now);
  }
  silence_.set_outstanding(now, recovery_.eliciting_in_flight() > 0);
  if (phase_ == phase::flushing && messages_.out().all_acked()) begin_closing(now);
}

void connection::on_acked(const sent_item& item) {
  if (const auto* ack = std::get_if<sent_ack>(&item)) return acks_.on_ack_of_ack(ack->largest);
  if (const auto* ping = std::get_if<sent_ping>(&item)) {
    if (ping->asked_for && pings_.on_acked(*ping->asked_for)) tell(ping_reached{handle_, *ping->asked_for});
    return;
  }
  messages_.out().on_acked(item);
}

void connection::on_pong(time_point now, const pong_frame& pong) {
  const ping_id id = ping_id_of(pong.data);
  if (const auto took = pings_.on_pong(now, id)) tell(ping_answered{handle_, id, *took});
}

void connection::on_lost(const sent_item& item) {
  if (std::holds_alternative<sent_auth>(item)) {
    auth_due_ = true;
  } else if (std::holds_alternative<sent_max_data>(item)) {
    messages_.in().repeat_max_data();
  } else if (const auto* ping = std::get_if<sent_ping>(&item)) {
    ping_due_ |= !ping->asked_for;
    if (ping->asked_for && pings_.on_lost(*ping->asked_for)) tell(ping_lost{handle_, *ping->asked_for});
  } else {
    messages_.out().on_lost(item);
  }
}

// Tells the owner what has changed: messages, silence.
void connection::announce(time_point now) {
  messages_.announce();
  if (silence_.take_fell_silent()) tell(silent{handle_});
  if (silence_.take_returned()) tell(heard{handle_});
  if (accepts_data() && wear_.take_worn(now)) tell(outworn{handle_});
}

}  // namespace tern::proto
