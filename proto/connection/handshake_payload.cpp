#include "proto/connection/handshake_payload.hpp"

#include "proto/packet/frame_decode.hpp"
#include "proto/packet/frame_encode.hpp"

namespace tern::proto {

namespace {
constexpr payload_refusal nonsense{close_code::frame_encoding_error, "the handshake's payload makes no sense"};

struct collector {
  handshake_payload found;
  bool has_params = false;
  bool foreign = false;

  void operator()(const params_frame& frame) {
    found.params = frame;
    has_params = true;
  }
  void operator()(const auth_frame& frame) { found.auth = frame; }
  void operator()(const reply_info_frame& frame) { found.reply_info = frame; }
  void operator()(const message_frame& frame) { found.messages.push_back(frame); }
  void operator()(const token_frame& frame) { found.token = frame.token; }
  void operator()(const next_key_frame& frame) { found.next_key = public_key{frame.relay_key}; }
  void operator()(const padding_frame&) {}
  template <class Frame>
  void operator()(const Frame&) {
    foreign = true;
  }
};

std::optional<handshake_payload> decode(byte_view payload) {
  collector frames;
  if (!decode_frames(payload, frames) || frames.foreign || !frames.has_params) return std::nullopt;
  return std::move(frames.found);
}
}  // namespace

params_frame own_params(const endpoint_config& config) {
  params_frame params;
  params.max_data = config.bounds.credit_window_bytes_initial;
  params.max_ack_delay = config.bounds.max_ack_delay;
  params.idle_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(config.idle_timeout);
  params.message_bytes_max = config.bounds.message_bytes_max;
  params.reassembly_bytes_max = config.bounds.reassembly_bytes_connection_max;
  return params;
}

auth_frame make_auth(const identity& self, auth_label label, const byte_array<32>& hash) {
  return {self.public_key().octets, self.sign_auth(label, hash)};
}

bool verifies(const auth_frame& auth, auth_label label, const byte_array<32>& hash) {
  return verify_auth({auth.public_key}, label, hash, auth.signature);
}

tl::expected<handshake_payload, payload_refusal> read_payload_1(byte_view payload, const byte_array<32>& early_hash) {
  auto frames = decode(payload);
  if (!frames || frames->reply_info || frames->token || frames->next_key) return tl::unexpected(nonsense);
  if (frames->auth && !verifies(*frames->auth, auth_label::early, early_hash))
    return tl::unexpected(payload_refusal{close_code::auth_failed, "AUTH does not verify"});
  if (!frames->messages.empty() && !frames->auth)
    return tl::unexpected(payload_refusal{close_code::protocol_error, "early data without AUTH"});
  return std::move(*frames);
}

tl::expected<handshake_payload, payload_refusal> read_payload_2(byte_view payload) {
  auto frames = decode(payload);
  if (!frames || !frames->reply_info) return tl::unexpected(nonsense);
  return std::move(*frames);
}

}  // namespace tern::proto
