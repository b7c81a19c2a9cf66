#include "proto/handshake/client_handshake.hpp"

#include "proto/deadline.hpp"
#include "proto/handshake/retry_check.hpp"
#include "proto/packet/writer.hpp"

namespace tern::proto {

client_handshake::client_handshake(const connection_id& self, const connect_options& options, time_point now)
    : self_(self),
      relay_key_(options.relay_key),
      stage_(stage::hello),
      token_(options.token),
      noise_(transport::udp, self, options.invite),
      may_ask_for_key_(options.invite == nullptr),
      attempt_began_at_(now) {
  // Of no use, but it comes from the owner's file.
  if (token_.size() > token_bytes_max) token_.clear();
  if (relay_key_) {
    enter_initial(now);
  } else {
    hello_timer_.restart();
  }
}

void client_handshake::enter_initial(time_point now) {
  stage_ = stage::initial;
  attempt_began_at_ = now;
  initial_.clear();
  initials_sent_ = 0;
  hello_beside_initial_ = false;
  hello_timer_.stop();
  timer_.restart();
}

void client_handshake::trust_offered(time_point now) {
  if (stage_ != stage::awaiting_trust) return;
  relay_key_ = offered_key_;
  enter_initial(now);
  // The decision may have taken a person's time and the token may have died meanwhile,
  // so the INITIAL may still be answered by one RETRY.
  retry_used_ = false;
}

const byte_array<32>& client_handshake::begin_initial(entropy& source) {
  return noise_.begin(*relay_key_, token_, source);
}

std::size_t client_handshake::payload_size() const { return handshake_datagram_bytes_min - noise_.overhead(token_); }

void client_handshake::finish_initial(byte_view payload) { initial_ = noise_.finish(token_, payload); }

std::optional<std::size_t> client_handshake::poll(time_point now, mutable_byte_view buffer) {
  if (hello_timer_.is_copy_due() && (stage_ == stage::hello || hello_beside_initial_)) {
    hello_timer_.on_sent(now);
    writer out{buffer};
    append(out, hello_header{self_});
    return out.size();
  }
  if (stage_ != stage::initial || initial_.empty() || !timer_.is_copy_due()) return std::nullopt;
  timer_.on_sent(now);
  if (initials_sent_++ == 0) initial_sent_at_ = now;
  std::copy(initial_.begin(), initial_.end(), buffer.begin());
  return initial_.size();
}

std::optional<time_point> client_handshake::deadline() const {
  return earlier(timer_.deadline(), hello_timer_.deadline());
}

void client_handshake::on_timeout(time_point now) {
  timer_.on_timeout(now);
  hello_timer_.on_timeout(now);
  if (stage_ == stage::initial && may_ask_for_key_ && !hello_beside_initial_ &&
      timer_.unanswered() >= unanswered_before_hello) {
    hello_beside_initial_ = true;
    hello_timer_.restart();
  }
}

client_handshake::retry_outcome client_handshake::on_retry(time_point now, const retry_header& retry) {
  if (retry.check != retry_check(retry)) return retry_outcome::ignored;
  const public_key offered{retry.relay_key};
  if (stage_ == stage::hello) {
    offered_key_ = offered;
    token_.assign(retry.token.begin(), retry.token.end());
    stage_ = stage::awaiting_trust;
    hello_timer_.stop();
    return retry_outcome::key_offered;
  }
  if (stage_ != stage::initial) return retry_outcome::ignored;
  if (offered != *relay_key_ && retry.other_key != relay_key_->octets) {
    offered_key_ = offered;
    stage_ = stage::failed;
    timer_.stop();
    hello_timer_.stop();
    return retry_outcome::key_changed;
  }
  if (retry_used_ && now - attempt_began_at_ < attempt_max) return retry_outcome::ignored;
  token_.assign(retry.token.begin(), retry.token.end());
  retry_used_ = true;
  enter_initial(now);
  return retry_outcome::again;
}

tl::expected<bytes, seal_error> client_handshake::on_reply(const reply_header& reply) {
  if (stage_ != stage::initial || initial_.empty()) return tl::unexpected(seal_error::out_of_turn);
  auto payload = noise_.open(reply);
  if (!payload) return payload;
  stage_ = stage::done;
  timer_.stop();
  hello_timer_.stop();
  return payload;
}

std::optional<duration> client_handshake::round_trip(time_point now) const {
  if (initials_sent_ != 1) return std::nullopt;
  return now - initial_sent_at_;
}

}  // namespace tern::proto
