// Octets to frames: one pass, no allocation, views into the packet. What is decoded is well formed by itself; what
// it means for a connection (a limit, a lane's state) is checked by whoever keeps that state.
#pragma once

#include "proto/packet/frame.hpp"
#include "proto/packet/reader.hpp"

#include <tl/expected.hpp>
#include <type_traits>

namespace tern::proto {

enum class frame_error : std::uint8_t {
  unknown_type,     // protocol error
  malformed,        // truncated, a value out of its range, or not the shortest encoding
  too_many_frames,  // more than packet_frames_max
};

// The codecs of single frames, after the type. They leave `in` failed where the octets are no such frame.
void decode_fields(reader& in, ping_frame& frame);
void decode_fields(reader& in, pong_frame& frame);
void decode_fields(reader& in, ack_frame& frame);
void decode_fields(reader& in, close_frame& frame);
void decode_fields(reader& in, path_challenge_frame& frame);
void decode_fields(reader& in, path_response_frame& frame);
void decode_fields(reader& in, max_data_frame& frame);
void decode_fields(reader& in, blocked_frame& frame);
void decode_fields(reader& in, auth_frame& frame);
void decode_fields(reader& in, params_frame& frame);
void decode_fields(reader& in, reply_info_frame& frame);
void decode_fields(reader& in, skip_frame& frame);
void decode_fields(reader& in, lane_ack_frame& frame);
void decode_fields(reader& in, token_frame& frame);
void decode_fields(reader& in, next_key_frame& frame);
void decode_fields(reader& in, message_frame& frame, std::uint8_t type);
// The rest of a run whose first octet was taken as the type.
void decode_fields(reader& in, padding_frame& frame);

namespace detail {
template <class Frame, class Handler, class... Type>
tl::expected<void, frame_error> decode_one(reader& in, Handler& handler, Type... type) {
  Frame frame;
  decode_fields(in, frame, type...);
  if (in.failed()) return tl::unexpected(frame_error::malformed);
  handler(static_cast<const Frame&>(frame));
  return {};
}

template <class Handler>
tl::expected<void, frame_error> decode_next(reader& in, Handler& handler) {
  const std::uint8_t type = in.u8();
  switch (static_cast<frame_type>(type)) {
    case frame_type::padding:
      return decode_one<padding_frame>(in, handler);
    case frame_type::ping:
      return decode_one<ping_frame>(in, handler);
    case frame_type::pong:
      return decode_one<pong_frame>(in, handler);
    case frame_type::ack:
      return decode_one<ack_frame>(in, handler);
    case frame_type::close:
      return decode_one<close_frame>(in, handler);
    case frame_type::path_challenge:
      return decode_one<path_challenge_frame>(in, handler);
    case frame_type::path_response:
      return decode_one<path_response_frame>(in, handler);
    case frame_type::max_data:
      return decode_one<max_data_frame>(in, handler);
    case frame_type::blocked:
      return decode_one<blocked_frame>(in, handler);
    case frame_type::auth:
      return decode_one<auth_frame>(in, handler);
    case frame_type::params:
      return decode_one<params_frame>(in, handler);
    case frame_type::reply_info:
      return decode_one<reply_info_frame>(in, handler);
    case frame_type::skip:
      return decode_one<skip_frame>(in, handler);
    case frame_type::lane_ack:
      return decode_one<lane_ack_frame>(in, handler);
    case frame_type::token:
      return decode_one<token_frame>(in, handler);
    case frame_type::next_key:
      return decode_one<next_key_frame>(in, handler);
    default:
      break;
  }
  constexpr unsigned message_bits = message_fragment_bit | message_acknowledge_bit;
  if ((type & ~message_bits) != static_cast<unsigned>(frame_type::message)) {
    return tl::unexpected(frame_error::unknown_type);
  }
  return decode_one<message_frame>(in, handler, type);
}
}  // namespace detail

// Calls handler(frame) for each frame of `payload`, in order; the frame lives for the call only. Frames before a bad
// one have been handed over by then: where that matters, validate_frames() first. An empty payload is malformed.
template <class Handler>
tl::expected<void, frame_error> decode_frames(byte_view payload, Handler&& handler) {
  if (payload.empty()) return tl::unexpected(frame_error::malformed);
  reader in{payload};
  std::size_t frames = 0;
  while (!in.at_end()) {
    if (payload[payload.size() - in.remaining()] != 0 && ++frames > packet_frames_max) {
      return tl::unexpected(frame_error::too_many_frames);
    }
    if (auto decoded = detail::decode_next(in, handler); !decoded) return decoded;
  }
  return {};
}

// The same pass without a handler.
tl::expected<void, frame_error> validate_frames(byte_view payload);

}  // namespace tern::proto
