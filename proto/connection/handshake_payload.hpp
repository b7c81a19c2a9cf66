// What payload 1 (of INITIAL) and payload 2 (of REPLY) say, and whether they may say it
// (WIRE.md, section 3). Knows frames and signatures. Does not know how the packets travel,
// and changes nothing.
#pragma once

#include "proto/bytes.hpp"
#include "proto/endpoint/config.hpp"
#include "proto/error.hpp"
#include "proto/packet/frame.hpp"
#include "proto/packet/writer.hpp"
#include "proto/seal/identity.hpp"

#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tern::proto {

// What this side asks its peer to keep to.
params_frame own_params(const endpoint_config& config);

auth_frame make_auth(const identity& self, auth_label label, const byte_array<32>& hash);
bool verifies(const auth_frame& auth, auth_label label, const byte_array<32>& hash);

// The frames of a payload; views point into it.
struct handshake_payload {
  params_frame params;
  std::optional<auth_frame> auth;              // payload 1
  std::optional<reply_info_frame> reply_info;  // payload 2, always
  std::optional<byte_view> token;              // payload 2
  std::optional<public_key> next_key;          // payload 2
  std::vector<message_frame> messages;
};

struct payload_refusal {
  close_code code;
  std::string_view reason;
};

// `early_hash` is what AUTH must have signed.
tl::expected<handshake_payload, payload_refusal> read_payload_1(byte_view payload, const byte_array<32>& early_hash);
tl::expected<handshake_payload, payload_refusal> read_payload_2(byte_view payload);

}  // namespace tern::proto
