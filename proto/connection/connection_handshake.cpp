// The connection's part of the handshake: what payload 1 and payload 2 carry, and
// what changes when they arrive (STATES.md, "Connection").
#include "proto/connection/connection.hpp"
#include "proto/connection/handshake_payload.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/packet/writer.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

void connection::make_initial() {
  const byte_array<32>& early_hash = client_->begin_initial(environment_.source);
  bytes payload(client_->payload_size());  // zeros are PADDING
  writer out{payload};
  append(out, own_params(environment_.config));
  auth_due_ = !early_data_;
  if (early_data_) append(out, make_auth(*self_, auth_label::early, early_hash));
  if (early_data_) messages_.fill_initial(out);
  client_->finish_initial(payload);
}

std::optional<std::size_t> connection::transmit_handshake(time_point now, mutable_byte_view buffer) {
  if (client_->wants_initial()) make_initial();
  const auto size = client_->poll(now, buffer);
  if (size) {
    ++statistics_.packets_sent;
    statistics_.bytes_sent += *size;
  }
  return size;
}

void connection::on_retry(time_point now, const retry_header& retry) {
  if (phase_ != phase::handshaking) return;
  switch (client_->on_retry(now, retry)) {
    case client_handshake::retry_outcome::ignored:
      return;
    case client_handshake::retry_outcome::key_offered:
      return tell(relay_key_offered{handle_, client_->offered_key()});
    case client_handshake::retry_outcome::again:
      return messages_.on_handshake_lost();
    case client_handshake::retry_outcome::key_changed:
      tell(relay_key_changed{handle_, client_->relay_key(), client_->offered_key()});
      return leave(closed::cause::by_us, close_code::none, "the relay shows another key");
  }
}

void connection::on_reply(time_point now, const reply_header& reply, std::size_t datagram_bytes) {
  if (phase_ != phase::handshaking) return;
  const auto payload = client_->on_reply(reply);
  if (!payload) {
    ++environment_.counters.retry_forged;
    return;
  }
  ++statistics_.packets_received;
  statistics_.bytes_received += datagram_bytes;
  const auto said = read_payload_2(*payload);
  begin_open(now, said ? said->reply_info->relay_cid : connection_id{}, client_->keys());
  wear_.begin(now);
  if (!said) return fail(said.error().code, said.error().reason, now);

  if (const auto sample = client_->round_trip(now)) recovery_.seed_round_trip(now, *sample);
  reset_token_ = said->reply_info->reset_token;
  apply(said->params);
  const bool taken = said->reply_info->verdict == early_verdict::taken;
  taken ? messages_.on_handshake_acked() : messages_.on_handshake_lost();
  if (const auto applied = messages_.take(said->messages, now); !applied)
    return fail(applied.error(), "message in REPLY", now);
  confirm_at_ = now + environment_.config.bounds.max_ack_delay;
  tell(connected{handle_, taken});
  if (said->next_key) tell(relay_key_announced{handle_, client_->relay_key(), *said->next_key});
  if (said->token) tell(token_given{handle_, {said->token->begin(), said->token->end()}});
  messages_.release_held(now);
  announce(now);
}

void connection::begin_open(time_point now, connection_id remote_id, noise_nk::transport_keys keys) {
  remote_id_ = remote_id;
  if (is_client()) {
    protection_.emplace(std::move(keys.initiator_to_responder), std::move(keys.responder_to_initiator));
    final_hash_ = client_->handshake_hash();
  } else {
    protection_.emplace(std::move(keys.responder_to_initiator), std::move(keys.initiator_to_responder));
    final_hash_ = server_->handshake_hash();
  }
  phase_ = phase::open;
  idle_.on_received(now);
  silence_.on_received(now);
}

void connection::accept_initial(byte_view payload, time_point now) {
  const auto said = read_payload_1(payload, server_->early_hash());
  if (!said) {
    ++(said.error().code == close_code::auth_failed ? environment_.counters.auth_failed
                                                    : environment_.counters.malformed);
    return leave(closed::cause::by_us, said.error().code, said.error().reason);
  }
  apply(said->params);
  if (!messages_.take(said->messages, now))
    return leave(closed::cause::by_us, close_code::protocol_error, "message in INITIAL");
  if (said->auth) {
    authenticated_ = true;
    messages_.open_inbox();
    const bool early = messages_.in().readable();
    if (early) early_decision_.begin(now + environment_.config.early_hold);
    tell(accepted{handle_, {said->auth->public_key}, true, early});
    announce(now);
  }
  reply_copies_due_ = 1;
}

void connection::authenticate(const auth_frame& auth, time_point now) {
  if (is_client() || authenticated_) return;
  if (!verifies(auth, auth_label::handshake, final_hash_)) {
    ++environment_.counters.auth_failed;
    return fail(close_code::auth_failed, "AUTH does not verify", now);
  }
  authenticated_ = true;
  messages_.open_inbox();
  tell(accepted{handle_, {auth.public_key}, false, false});
}

void connection::apply(const params_frame& params) {
  messages_.apply(params);
  if (params.max_ack_delay) recovery_.set_peer_max_ack_delay(*params.max_ack_delay);
}

void connection::decide_early(bool taken, time_point now) {
  // If not, the client sends it all again under the transport keys, from the first number on.
  if (early_decision_.decide(taken, now) && !taken) messages_.forget_received();
}

bool connection::reply_due(time_point now) const {
  if (is_client() || !provisional_ || reply_copies_due_ == 0) return false;
  return !early_decision_.holds_reply(now) || messages_.out().queued_bytes() > 0;
}

std::optional<std::size_t> connection::transmit_reply(time_point now, mutable_byte_view buffer) {
  if (reply_.empty()) {
    const std::size_t room = std::min<std::uint64_t>(amplification_.allowance(), datagram_bytes_max_);
    bytes payload(room - server_handshake::reply_overhead());
    writer out{payload};
    append(out, own_params(environment_.config));
    append(out, reply_info_frame{local_id_, environment_.ids.reset_token_of(local_id_), early_decision_.conclude()});
    if (const auto next = server_->successor()) append(out, next_key_frame{next->octets});
    append(out, token_frame{environment_.tokens.make(now, path_.remote)});
    messages_.fill_reply(out);
    payload.resize(out.size());
    reply_ = server_->seal_reply(payload);
    begin_open(now, remote_id_, server_->keys());
    server_.reset();
  }
  --reply_copies_due_;
  if (amplification_.allowance() < reply_.size()) return std::nullopt;
  if (reply_sent_++ == 0) reply_sent_at_ = now;
  amplification_.on_sent(reply_.size());
  ++statistics_.packets_sent;
  statistics_.bytes_sent += reply_.size();
  std::copy(reply_.begin(), reply_.end(), buffer.begin());
  return reply_.size();
}

void connection::on_initial_again(std::size_t datagram_bytes) {
  if (!provisional_ || phase_ == phase::gone) return;
  amplification_.on_received(datagram_bytes);
  // Before the first REPLY has left, one is due anyway.
  if (!reply_.empty()) reply_copies_due_ = 1;
}

// The first packet under the transport keys: the client has REPLY, and the address is its own.
void connection::confirm(time_point now) {
  if (!provisional_) return;
  provisional_ = false;
  amplification_.lift();
  reply_.clear();
  reply_copies_due_ = 0;
  if (reply_sent_ == 1) recovery_.seed_round_trip(now, now - reply_sent_at_);
  messages_.on_handshake_acked();
  ++environment_.counters.connections_validated;
  tell(validated{handle_});
}

}  // namespace tern::proto
