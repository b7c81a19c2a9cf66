// Two kinds of error that leave proto/: why a connection was closed (on the wire), and
// why a command could not be carried out (std::error_code with a category of ours).
// Hostile or damaged bytes are neither: they are counted and dropped.
#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

namespace tern::proto {

// Carried in CLOSE (WIRE.md, "Close codes").
enum class close_code : std::uint64_t {
  none = 0,                  // done, nothing wrong
  protocol_error = 1,        // a frame where it must not be, or with values out of range
  frame_encoding_error = 2,  // a packet that authenticated but cannot be decoded
  flow_control_error = 3,    // more than the credit allows
  ack_of_unsent = 4,         // acknowledged what was never sent
  auth_failed = 5,           // AUTH does not verify; the invite was revoked, or is used up: do not come back
  busy = 6,                  // a limit is reached; try later
  going_away = 7,            // the relay shuts down; it will be back
  idle_timeout = 8,
  evicted = 9,  // made room for another connection
  internal = 10,
};
std::string_view to_string(close_code code);

// Why a command failed.
enum class errc {
  queue_full = 1,   // too much is waiting already; try again when there is room
  message_too_big,  // above what this lane or the peer takes
  closed,           // the connection is closed or closing
  timeout,          // not done in time
  refused,          // the other side said no
  wrong_key,        // the relay shows another key than the one we know
  unknown_key,      // the relay's key was not accepted
  unreachable,      // nothing ever answered
  bad_lane,         // no such lane, or too many of them
  bad_text,         // a text that is not UTF-8
};
const std::error_category& error_category();
std::error_code make_error_code(errc error);

}  // namespace tern::proto

template <>
struct std::is_error_code_enum<tern::proto::errc> : std::true_type {};
