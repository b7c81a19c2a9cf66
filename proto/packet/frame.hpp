// The frames of TERN/1 as values (WIRE.md, "Frames"). Views in them point into the packet they were decoded from,
// or into what the caller wants to be written.
#pragma once

#include "proto/bytes.hpp"
#include "proto/lane.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/packet_ranges.hpp"
#include "proto/time.hpp"

#include <optional>
#include <string_view>

namespace tern::proto {

// Frames in one packet, PADDING not counted. A packet with more closes the connection; append() keeps to it.
inline constexpr std::size_t packet_frames_max = 64;
inline constexpr std::size_t close_reason_bytes_max = 256;
// A message's total, and so every offset and length in it, fits 32 bits.
inline constexpr std::uint64_t message_total_max = 0xffff'ffffU;
inline constexpr duration ack_delay_max = std::chrono::microseconds{0xffff'ffffU};

enum class frame_type : std::uint8_t {
  padding = 0x00,
  ping = 0x01,
  pong = 0x02,
  ack = 0x03,
  close = 0x04,
  path_challenge = 0x05,
  path_response = 0x06,
  max_data = 0x07,
  blocked = 0x08,
  auth = 0x09,
  params = 0x0a,
  reply_info = 0x0b,
  skip = 0x0c,
  lane_ack = 0x0d,  // on streams only
  token = 0x0e,     // in REPLY only
  next_key = 0x0f,  // in REPLY only
  message = 0x10,   // to 0x13
};
inline constexpr std::uint8_t message_fragment_bit = 0x01;
inline constexpr std::uint8_t message_acknowledge_bit = 0x02;

// A run of PADDING octets.
struct padding_frame {
  std::size_t length = 0;
  bool operator==(const padding_frame&) const = default;
};

struct ping_frame {
  byte_array<8> data{};
  bool operator==(const ping_frame&) const = default;
};

struct pong_frame {
  byte_array<8> data{};
  bool operator==(const pong_frame&) const = default;
};

struct ack_frame {
  packet_number largest;  // ranges.front().last
  // From the arrival of `largest` to the sending of this frame. On the wire in whole microseconds, at most
  // ack_delay_max; append() rounds and clamps.
  duration delay{};
  packet_range_list ranges;  // never empty
  bool operator==(const ack_frame&) const = default;
};

struct close_frame {
  std::uint64_t code = 0;
  // UTF-8. append() cuts it to close_reason_bytes_max at a character, and leaves out what is not UTF-8.
  std::string_view reason;
  bool operator==(const close_frame&) const = default;
};

struct path_challenge_frame {
  byte_array<8> data{};
  bool operator==(const path_challenge_frame&) const = default;
};

struct path_response_frame {
  byte_array<8> data{};
  bool operator==(const path_response_frame&) const = default;
};

// The charge allowed in all since the connection began.
struct max_data_frame {
  std::uint64_t total = 0;
  bool operator==(const max_data_frame&) const = default;
};

// The sender has more to send than `total`, the limit it knows, allows.
struct blocked_frame {
  std::uint64_t total = 0;
  bool operator==(const blocked_frame&) const = default;
};

struct auth_frame {
  byte_array<32> public_key{};  // Ed25519
  byte_array<64> signature{};
  bool operator==(const auth_frame&) const = default;
};

// What a side asks its peer to keep to. Absent: the default of WIRE.md.
struct params_frame {
  std::optional<std::uint64_t> max_data;  // initial credit
  std::optional<duration> max_ack_delay;  // whole microseconds, at most params_max_ack_delay_max
  std::optional<duration> idle_timeout;   // whole milliseconds, at most params_idle_timeout_max
  std::optional<std::uint64_t> message_bytes_max;
  std::optional<std::uint64_t> reassembly_bytes_max;
  bool operator==(const params_frame&) const = default;
};
inline constexpr std::size_t params_entries_max = 16;
inline constexpr std::size_t params_value_bytes_max = 64;
inline constexpr duration params_max_ack_delay_max = std::chrono::seconds{16};
inline constexpr duration params_idle_timeout_max = std::chrono::hours{24};

enum class early_verdict : std::uint8_t { none = 0, taken = 1, not_taken = 2 };

struct reply_info_frame {
  connection_id relay_cid;
  byte_array<16> reset_token{};
  early_verdict verdict = early_verdict::none;
  bool operator==(const reply_info_frame&) const = default;
};

// This message will never come (again): the lane's order moves on, and its charge comes back.
struct skip_frame {
  lane_id lane;
  message_number number;
  std::uint64_t charge = 0;
  bool operator==(const skip_frame&) const = default;
};

// On streams: every message of the lane below `next` has been received whole, or skipped.
struct lane_ack_frame {
  lane_id lane;
  message_number next;
  bool operator==(const lane_ack_frame&) const = default;
};

// Good for the INITIALs of later connections from the same address. Opaque to the client, sent back as it is.
struct token_frame {
  byte_view token;  // 1 to token_bytes_max (header.hpp)
  bool operator==(const token_frame& other) const { return std::ranges::equal(token, other.token); }
};

// The relay's next key. It is believed since only the holder of the present one can say it in a REPLY.
struct next_key_frame {
  byte_array<32> relay_key{};  // X25519
  bool operator==(const next_key_frame&) const = default;
};

// A whole message (total == data.size(), offset 0) or a fragment (data not empty and shorter than total).
struct message_frame {
  lane_id lane;
  message_number number;
  std::uint64_t total = 0;
  std::uint64_t offset = 0;
  byte_view data;
  bool acknowledge_at_once = false;

  bool is_whole() const { return data.size() == total; }
  bool operator==(const message_frame& other) const {
    return lane == other.lane && number == other.number && total == other.total && offset == other.offset &&
           acknowledge_at_once == other.acknowledge_at_once && std::ranges::equal(data, other.data);
  }
};

}  // namespace tern::proto
