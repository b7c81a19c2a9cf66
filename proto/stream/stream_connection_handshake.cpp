// The handshake over a stream: what each side makes of the other's packets, and its own.
#include "proto/connection/handshake_payload.hpp"
#include "proto/handshake/relay_keys.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/stream/stream_connection.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

namespace {
// A clock that did not move between sending and answer.
duration sample(duration round_trip) { return std::max(round_trip, duration{1}); }
}  // namespace

bool stream_connection::on_header(time_point, const hello_header& hello) {
  if (is_client() || phase_ != phase::handshaking || retry_sent_ || retry_due_) return false;
  if (environment_.config.is_private) return is_uninvited();
  retry_due_ = hello.client_cid;
  return true;
}

bool stream_connection::on_header(time_point now, const initial_header& initial) {
  if (is_client() || phase_ != phase::handshaking) return false;
  const invite* holder = environment_.invites.holder_of(initial);
  if (holder == nullptr && (environment_.config.is_private || initial.crypto == suite::nkpsk0)) return is_uninvited();
  auto opened = open_initial(environment_.config, transport::tcp, initial, holder, environment_.source);
  if (opened) {
    invited_by_ = opened->invited_by();
    server_.emplace(std::move(*opened));
    accept_initial(now);
    return true;
  }
  ++environment_.counters.initial_forged;
  if (retry_sent_ || retry_due_) return false;
  // Anyone may ask for our key; a client that knew another one learns so at once.
  phase_ = phase::refusing;
  retry_due_ = initial.client_cid;
  return true;
}

// Not a word to whoever shows no invite where one is needed.
bool stream_connection::is_uninvited() {
  ++environment_.counters.uninvited;
  return false;
}

void stream_connection::accept_initial(time_point now) {
  const auto said = read_payload_1(server_->payload(), server_->early_hash());
  if (!said) {
    ++(said.error().code == close_code::auth_failed ? environment_.counters.auth_failed
                                                    : environment_.counters.malformed);
    return break_off(now, said.error().reason);
  }
  messages_.apply(said->params);
  if (!messages_.take(said->messages, now)) return break_off(now, "message in INITIAL");
  ++environment_.counters.connections_accepted;
  phase_ = phase::open;
  idle_.on_received(now);
  heartbeat_.on_received(now);
  if (!said->auth) return;
  authenticated_ = true;
  messages_.open_inbox();
  const bool early = messages_.in().readable();
  if (early) early_decision_.begin(now + environment_.config.early_hold);
  tell(accepted{handle_, {said->auth->public_key}, true, early});
  announce(now);
}

bool stream_connection::on_header(time_point now, const retry_header& retry) {
  if (!is_client() || phase_ != phase::handshaking) return false;
  switch (client_->on_retry(retry)) {
    case stream_handshake::retry_outcome::key_offered:
      tell(relay_key_offered{handle_, client_->offered_key()});
      return true;
    case stream_handshake::retry_outcome::key_changed:
      tell(relay_key_changed{handle_, client_->relay_key(), client_->offered_key()});
      abandon(now, closed::cause::by_us, close_code::none, "the relay shows another key");
      return true;
    case stream_handshake::retry_outcome::broken:
      ++environment_.counters.retry_forged;
      break;
  }
  return false;
}

bool stream_connection::on_header(time_point now, const reply_header& reply) {
  if (!is_client() || phase_ != phase::handshaking) return false;
  if (const auto payload = client_->on_reply(reply)) {
    on_reply(now, *payload);
    return true;
  }
  ++environment_.counters.retry_forged;
  return false;
}

void stream_connection::on_reply(time_point now, byte_view payload) {
  begin_open(now, client_->keys(), client_->handshake_hash());
  const auto said = read_payload_2(payload);
  if (!said) return fail(said.error().code, said.error().reason, now);
  rtt_.on_sample(now, sample(client_->round_trip(now)), duration::zero());
  messages_.apply(said->params);
  const bool taken = said->reply_info->verdict == early_verdict::taken;
  taken ? messages_.on_handshake_acked() : messages_.on_handshake_lost();
  if (const auto applied = messages_.take(said->messages, now); !applied)
    return fail(applied.error(), "message in REPLY", now);
  confirm_at_ = now + environment_.config.bounds.max_ack_delay;
  tell(connected{handle_, taken});
  if (said->next_key) tell(relay_key_announced{handle_, client_->relay_key(), *said->next_key});
  if (said->token) tell(token_given{handle_, {said->token->begin(), said->token->end()}});
  wear_.begin(now);
  messages_.release_held(now);
  announce(now);
}

void stream_connection::begin_open(time_point now, noise_nk::transport_keys keys, const byte_array<32>& hash) {
  if (is_client()) {
    phase_ = phase::open;
    protection_.emplace(std::move(keys.initiator_to_responder), std::move(keys.responder_to_initiator));
  } else {
    protection_.emplace(std::move(keys.responder_to_initiator), std::move(keys.initiator_to_responder));
  }
  final_hash_ = hash;
  reader_.allow(stream_packet_bytes_max);
  idle_.on_received(now);
  heartbeat_.on_received(now);
}

void stream_connection::authenticate(const auth_frame& auth, time_point now) {
  if (is_client() || authenticated_) return;
  if (!verifies(auth, auth_label::handshake, final_hash_)) {
    ++environment_.counters.auth_failed;
    return fail(close_code::auth_failed, "AUTH does not verify", now);
  }
  authenticated_ = true;
  messages_.open_inbox();
  tell(accepted{handle_, {auth.public_key}, false, false});
}

// The first packet under the transport keys: whoever sent INITIAL made it today, and has REPLY.
void stream_connection::confirm(time_point now) {
  if (!provisional_) return;
  provisional_ = false;
  rtt_.on_sample(now, sample(now - reply_sent_at_), duration::zero());
  messages_.on_handshake_acked();
  ++environment_.counters.connections_validated;
  tell(validated{handle_});
}

void stream_connection::decide_early(bool taken, time_point now) {
  // If not, the client sends it all again under the transport keys, from the first number on.
  if (early_decision_.decide(taken, now) && !taken) messages_.forget_received();
}

bool stream_connection::reply_due(time_point now) const {
  if (!server_) return false;
  return phase_ == phase::closing || reply_released_ || !early_decision_.holds_reply(now) ||
         messages_.out().queued_bytes() > 0;
}

// The next packet of the handshake that is due; empty if none is.
bytes stream_connection::handshake_packet(time_point now) {
  if (retry_due_) return make_retry();
  if (reply_due(now)) return make_reply(now);
  if (!client_ || phase_ != phase::handshaking) return {};
  if (client_->wants_hello()) return client_->make_hello();
  if (client_->wants_initial()) return make_initial(now);
  return {};
}

bytes stream_connection::make_initial(time_point now) {
  const byte_array<32>& early_hash = client_->begin_initial(environment_.source);
  bytes payload(client_->payload_bytes_max());
  writer out{payload};
  append(out, own_params(environment_.config));
  auth_due_ = !early_data_;
  if (early_data_) {
    append(out, make_auth(*self_, auth_label::early, early_hash));
    messages_.fill_initial(out);
  }
  return client_->finish_initial(now, out.view());
}

bytes stream_connection::make_reply(time_point now) {
  bytes payload(stream_handshake_bytes_max - server_handshake::reply_overhead());
  writer out{payload};
  append(out, own_params(environment_.config));
  append(out, reply_info_frame{{}, {}, early_decision_.conclude()});
  if (const auto next = server_->successor()) append(out, next_key_frame{next->octets});
  append(out, token_frame{environment_.tokens.make(now, path_.remote)});
  messages_.fill_reply(out);
  bytes reply = server_->seal_reply(out.view());
  begin_open(now, server_->keys(), server_->handshake_hash());
  server_.reset();
  reply_sent_at_ = now;
  return reply;
}

bytes stream_connection::make_retry() {
  const retry_header retry = make_retry_header(environment_.config, *retry_due_, {});
  bytes packet(retry_bytes(retry));
  writer out{packet};
  append(out, retry);
  retry_due_.reset();
  retry_sent_ = true;
  ++environment_.counters.retries_sent;
  return packet;
}

}  // namespace tern::proto
