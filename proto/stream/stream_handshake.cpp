#include "proto/stream/stream_handshake.hpp"

#include "proto/handshake/retry_check.hpp"

namespace tern::proto {

void stream_handshake::trust_offered() {
  if (stage_ != stage::awaiting_trust) return;
  relay_key_ = offered_key_;
  stage_ = stage::initial;
}

bytes stream_handshake::make_hello() {
  bytes hello(hello_bytes_min);
  writer out{hello};
  append(out, hello_header{self_, hello_bytes_min});
  stage_ = stage::awaiting_retry;
  return hello;
}

bytes stream_handshake::finish_initial(time_point now, byte_view payload) {
  stage_ = stage::awaiting_reply;
  initial_sent_at_ = now;
  return noise_.finish({}, payload);
}

stream_handshake::retry_outcome stream_handshake::on_retry(const retry_header& retry) {
  const bool expected = stage_ == stage::awaiting_retry || stage_ == stage::awaiting_reply;
  if (!expected || retry.client_cid != self_ || !retry.token.empty() || retry.check != retry_check(retry))
    return retry_outcome::broken;
  offered_key_ = public_key{retry.relay_key};
  if (stage_ == stage::awaiting_retry) {
    stage_ = stage::awaiting_trust;
    return retry_outcome::key_offered;
  }
  stage_ = stage::failed;
  const bool is_known = *offered_key_ == *relay_key_ || retry.other_key == relay_key_->octets;
  return is_known ? retry_outcome::broken : retry_outcome::key_changed;
}

tl::expected<bytes, seal_error> stream_handshake::on_reply(const reply_header& reply) {
  if (stage_ != stage::awaiting_reply || reply.client_cid != self_) return tl::unexpected(seal_error::out_of_turn);
  auto payload = noise_.open(reply);
  if (payload) stage_ = stage::done;
  return payload;
}

}  // namespace tern::proto
