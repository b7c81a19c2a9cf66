// Frames to octets. append() writes a whole frame or, where it does not fit the buffer or would be the packet's
// 65th, nothing, and says so. Preconditions (asserted): values are within what frame.hpp says of them.
#pragma once

#include "proto/packet/frame.hpp"
#include "proto/packet/writer.hpp"

namespace tern::proto {

std::size_t encoded_size(const padding_frame& frame);
std::size_t encoded_size(const ping_frame& frame);
std::size_t encoded_size(const pong_frame& frame);
std::size_t encoded_size(const ack_frame& frame);
std::size_t encoded_size(const close_frame& frame);
std::size_t encoded_size(const path_challenge_frame& frame);
std::size_t encoded_size(const path_response_frame& frame);
std::size_t encoded_size(const max_data_frame& frame);
std::size_t encoded_size(const blocked_frame& frame);
std::size_t encoded_size(const auth_frame& frame);
std::size_t encoded_size(const params_frame& frame);
std::size_t encoded_size(const reply_info_frame& frame);
std::size_t encoded_size(const skip_frame& frame);
std::size_t encoded_size(const lane_ack_frame& frame);
std::size_t encoded_size(const token_frame& frame);
std::size_t encoded_size(const next_key_frame& frame);
std::size_t encoded_size(const message_frame& frame);

bool append(writer& out, const padding_frame& frame);
bool append(writer& out, const ping_frame& frame);
bool append(writer& out, const pong_frame& frame);
bool append(writer& out, const ack_frame& frame);
bool append(writer& out, const close_frame& frame);
bool append(writer& out, const path_challenge_frame& frame);
bool append(writer& out, const path_response_frame& frame);
bool append(writer& out, const max_data_frame& frame);
bool append(writer& out, const blocked_frame& frame);
bool append(writer& out, const auth_frame& frame);
bool append(writer& out, const params_frame& frame);
bool append(writer& out, const reply_info_frame& frame);
bool append(writer& out, const skip_frame& frame);
bool append(writer& out, const lane_ack_frame& frame);
bool append(writer& out, const token_frame& frame);
bool append(writer& out, const next_key_frame& frame);
bool append(writer& out, const message_frame& frame);

// What a MESSAGE frame takes before its data.
std::size_t message_header_size(lane_id lane, message_number number, std::uint64_t total, std::uint64_t offset,
                                std::size_t length);

// The most data of a message that a MESSAGE frame in `room` octets can carry, from `offset` on: all that is left,
// or a fragment's worth, or 0 where not even one octet fits (or, of an empty message, its header).
// `fits` tells an empty message that fits from one that does not.
struct message_room {
  std::size_t length = 0;
  bool fits = false;
};
message_room message_data_room(lane_id lane, message_number number, std::uint64_t total, std::uint64_t offset,
                               std::size_t room);

}  // namespace tern::proto
