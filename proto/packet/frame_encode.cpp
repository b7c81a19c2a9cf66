#include "proto/packet/frame_encode.hpp"

#include "proto/packet/header.hpp"
#include "proto/packet/param_id.hpp"
#include "proto/packet/varint.hpp"
#include "proto/utf8.hpp"

#include <algorithm>
#include <cassert>

namespace tern::proto {

namespace {
using std::chrono::duration_cast;
using std::chrono::microseconds;

void put_type(writer& out, frame_type type) { out.u8(static_cast<std::uint8_t>(type)); }

// Writes the frame by `write` if it fits the room and the packet's number of frames.
template <class Frame, class Write>
bool append_whole(writer& out, const Frame& frame, Write write) {
  const std::size_t size = encoded_size(frame);
  if (size > out.remaining() || out.frames() == packet_frames_max) return false;
  [[maybe_unused]] const std::size_t before = out.size();
  write();
  assert(out.size() - before == size);
  out.count_frame();
  return true;
}

template <class Frame>
bool append_octets(writer& out, const Frame& frame, frame_type type) {
  return append_whole(out, frame, [&] {
    put_type(out, type);
    out.put(frame.data);
  });
}

template <class Frame>
bool append_total(writer& out, const Frame& frame, frame_type type) {
  return append_whole(out, frame, [&] {
    put_type(out, type);
    out.varint(frame.total);
  });
}

std::uint64_t wire_delay(duration delay) {
  return static_cast<std::uint64_t>(duration_cast<microseconds>(std::clamp(delay, duration{0}, ack_delay_max)).count());
}

// RFC 9000 section 19.3.1: both fields of a range are one less than what they count.
std::uint64_t gap_between(const packet_range& above, const packet_range& below) {
  return above.first.since(below.last) - 2;
}

std::uint64_t length_less_one(const packet_range& range) { return range.last.since(range.first); }

// A reason must never keep a CLOSE from being understood.
std::string_view wire_reason(std::string_view reason) {
  return is_valid_utf8(reason) ? utf8_prefix(reason, close_reason_bytes_max) : std::string_view{};
}

// Calls visit(id, value) for each setting that is there, in the order of the ids.
template <class Visit>
void for_each_param(const params_frame& frame, Visit visit) {
  const auto count = [](duration value, duration unit) { return static_cast<std::uint64_t>(value / unit); };
  if (frame.max_data) visit(param_id::max_data, *frame.max_data);
  if (frame.max_ack_delay) visit(param_id::max_ack_delay, count(*frame.max_ack_delay, microseconds{1}));
  if (frame.idle_timeout) visit(param_id::idle_timeout, count(*frame.idle_timeout, std::chrono::milliseconds{1}));
  if (frame.message_bytes_max) visit(param_id::message_bytes_max, *frame.message_bytes_max);
  if (frame.reassembly_bytes_max) visit(param_id::reassembly_bytes_max, *frame.reassembly_bytes_max);
}
}  // namespace

std::size_t encoded_size(const padding_frame& frame) { return frame.length; }
std::size_t encoded_size(const ping_frame& frame) { return 1 + frame.data.size(); }
std::size_t encoded_size(const pong_frame& frame) { return 1 + frame.data.size(); }
std::size_t encoded_size(const path_challenge_frame& frame) { return 1 + frame.data.size(); }
std::size_t encoded_size(const path_response_frame& frame) { return 1 + frame.data.size(); }
std::size_t encoded_size(const max_data_frame& frame) { return 1 + varint_size(frame.total); }
std::size_t encoded_size(const blocked_frame& frame) { return 1 + varint_size(frame.total); }
std::size_t encoded_size(const auth_frame& frame) { return 1 + frame.public_key.size() + frame.signature.size(); }
std::size_t encoded_size(const reply_info_frame& frame) {
  return 1 + frame.relay_cid.octets.size() + frame.reset_token.size() + 1;
}

std::size_t encoded_size(const ack_frame& frame) {
  std::size_t size = 1 + varint_size(frame.largest.value) + varint_size(wire_delay(frame.delay)) +
                     varint_size(frame.ranges.size() - 1) + varint_size(length_less_one(frame.ranges.front()));
  for (std::size_t i = 1; i < frame.ranges.size(); ++i) {
    size += varint_size(gap_between(frame.ranges[i - 1], frame.ranges[i]));
    size += varint_size(length_less_one(frame.ranges[i]));
  }
  return size;
}

std::size_t encoded_size(const close_frame& frame) {
  const std::size_t reason_bytes = wire_reason(frame.reason).size();
  return 1 + varint_size(frame.code) + varint_size(reason_bytes) + reason_bytes;
}

std::size_t encoded_size(const params_frame& frame) {
  std::size_t size = 2;  // type, and a count that is always below 64
  for_each_param(frame, [&](param_id, std::uint64_t value) { size += 2 + varint_size(value); });
  return size;
}

std::size_t encoded_size(const skip_frame& frame) {
  return 1 + varint_size(frame.lane.wire()) + varint_size(frame.number.value) + varint_size(frame.charge);
}

std::size_t encoded_size(const lane_ack_frame& frame) {
  return 1 + varint_size(frame.lane.wire()) + varint_size(frame.next.value);
}

std::size_t encoded_size(const next_key_frame& frame) { return 1 + frame.relay_key.size(); }
std::size_t encoded_size(const token_frame& frame) { return 1 + varint_size(frame.token.size()) + frame.token.size(); }

std::size_t encoded_size(const message_frame& frame) {
  return message_header_size(frame.lane, frame.number, frame.total, frame.offset, frame.data.size()) +
         frame.data.size();
}

bool append(writer& out, const padding_frame& frame) {
  if (frame.length > out.remaining()) return false;
  out.zeros(frame.length);
  return true;
}

bool append(writer& out, const ping_frame& frame) { return append_octets(out, frame, frame_type::ping); }
bool append(writer& out, const pong_frame& frame) { return append_octets(out, frame, frame_type::pong); }
bool append(writer& out, const path_challenge_frame& frame) {
  return append_octets(out, frame, frame_type::path_challenge);
}
bool append(writer& out, const path_response_frame& frame) {
  return append_octets(out, frame, frame_type::path_response);
}
bool append(writer& out, const max_data_frame& frame) { return append_total(out, frame, frame_type::max_data); }
bool append(writer& out, const blocked_frame& frame) { return append_total(out, frame, frame_type::blocked); }

bool append(writer& out, const ack_frame& frame) {
  assert(!frame.ranges.empty() && frame.ranges.front().last == frame.largest);
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::ack);
    out.varint(frame.largest.value);
    out.varint(wire_delay(frame.delay));
    out.varint(frame.ranges.size() - 1);
    out.varint(length_less_one(frame.ranges.front()));
    for (std::size_t i = 1; i < frame.ranges.size(); ++i) {
      out.varint(gap_between(frame.ranges[i - 1], frame.ranges[i]));
      out.varint(length_less_one(frame.ranges[i]));
    }
  });
}

bool append(writer& out, const close_frame& frame) {
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::close);
    out.varint(frame.code);
    out.put_prefixed(as_bytes(wire_reason(frame.reason)));
  });
}

bool append(writer& out, const auth_frame& frame) {
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::auth);
    out.put(frame.public_key);
    out.put(frame.signature);
  });
}

bool append(writer& out, const params_frame& frame) {
  return append_whole(out, frame, [&] {
    std::uint64_t entries = 0;
    for_each_param(frame, [&](param_id, std::uint64_t) { ++entries; });
    put_type(out, frame_type::params);
    out.varint(entries);
    for_each_param(frame, [&](param_id id, std::uint64_t value) {
      out.varint(static_cast<std::uint64_t>(id));
      out.varint(varint_size(value));
      out.varint(value);
    });
  });
}

bool append(writer& out, const reply_info_frame& frame) {
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::reply_info);
    out.put(frame.relay_cid.octets);
    out.put(frame.reset_token);
    out.u8(static_cast<std::uint8_t>(frame.verdict));
  });
}

bool append(writer& out, const skip_frame& frame) {
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::skip);
    out.varint(frame.lane.wire());
    out.varint(frame.number.value);
    out.varint(frame.charge);
  });
}

bool append(writer& out, const lane_ack_frame& frame) {
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::lane_ack);
    out.varint(frame.lane.wire());
    out.varint(frame.next.value);
  });
}

bool append(writer& out, const token_frame& frame) {
  assert(!frame.token.empty() && frame.token.size() <= token_bytes_max);
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::token);
    out.put_prefixed(frame.token);
  });
}

bool append(writer& out, const next_key_frame& frame) {
  return append_whole(out, frame, [&] {
    put_type(out, frame_type::next_key);
    out.put(frame.relay_key);
  });
}

bool append(writer& out, const message_frame& frame) {
  assert(frame.total <= message_total_max && frame.offset + frame.data.size() <= frame.total);
  assert(frame.is_whole() || !frame.data.empty());
  return append_whole(out, frame, [&] {
    const unsigned bits =
        (frame.is_whole() ? 0U : message_fragment_bit) | (frame.acknowledge_at_once ? message_acknowledge_bit : 0U);
    out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(frame_type::message) | bits));
    out.varint(frame.lane.wire());
    out.varint(frame.number.value);
    if (!frame.is_whole()) {
      out.varint(frame.total);
      out.varint(frame.offset);
    }
    out.put_prefixed(frame.data);
  });
}

std::size_t message_header_size(lane_id lane, message_number number, std::uint64_t total, std::uint64_t offset,
                                std::size_t length) {
  const std::size_t common = 1 + varint_size(lane.wire()) + varint_size(number.value) + varint_size(length);
  return length == total ? common : common + varint_size(total) + varint_size(offset);
}

message_room message_data_room(lane_id lane, message_number number, std::uint64_t total, std::uint64_t offset,
                               std::size_t room) {
  const std::uint64_t left = total - offset;
  if (offset == 0 && left <= room && message_header_size(lane, number, total, 0, left) + left <= room) {
    return {static_cast<std::size_t>(left), true};
  }
  if (total == 0) return {};
  // A shorter length field leaves more room but holds less: the best of the four.
  const std::size_t others = message_header_size(lane, number, total, offset, 0) - 1;
  std::uint64_t best = 0;
  for (const std::size_t field : {1U, 2U, 4U, 8U}) {
    if (others + field >= room) break;
    const std::uint64_t field_max = varint_max >> (8 * (varint_bytes_max - field));
    best = std::max(best, std::min<std::uint64_t>({left, total - 1, room - others - field, field_max}));
  }
  return {static_cast<std::size_t>(best), best > 0};
}

}  // namespace tern::proto
