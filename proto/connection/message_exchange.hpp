// The messages of one connection, both ways: lanes out and in, what was sent before the
// handshake was done, and what the owner is told about all of it. Does not know packets,
// keys or what carries them.
#pragma once

#include "proto/bytes.hpp"
#include "proto/connection/environment.hpp"
#include "proto/connection/held_messages.hpp"
#include "proto/connection/statistics.hpp"
#include "proto/error.hpp"
#include "proto/lanes/incoming_lanes.hpp"
#include "proto/lanes/outgoing_lanes.hpp"
#include "proto/packet/frame.hpp"
#include "proto/packet/writer.hpp"
#include "proto/recovery/sent_item.hpp"

#include <cstdint>
#include <optional>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

namespace tern::proto {

class message_exchange {
 public:
  // `packet_payload_bytes`: what an otherwise empty packet holds of frames.
  message_exchange(const connection_environment& environment, connection_handle connection,
                   std::size_t packet_payload_bytes, const address& peer);

  outgoing_lanes& out() { return outgoing_; }
  const outgoing_lanes& out() const { return outgoing_; }
  incoming_lanes& in() { return incoming_; }
  const incoming_lanes& in() const { return incoming_; }

  // The peer's PARAMS.
  void apply(const params_frame& params);

  // Errors as of endpoint::send(). With `hold` the message waits for release_held().
  tl::expected<void, std::error_code> send(lane_id lane, bytes payload, const send_options& options, time_point now,
                                           bool hold);
  bool is_holding() const { return !held_.empty(); }
  // The handshake is done.
  void release_held(time_point now);
  std::uint64_t queued_bytes() const { return outgoing_.queued_bytes() + held_.queued_bytes(); }

  // Nothing is handed out before the peer is known: a client from the beginning, a relay from AUTH on.
  void open_inbox() { inbox_open_ = true; }
  std::optional<received_message> receive();
  // Early data was not taken: as if nothing had ever arrived.
  void forget_received();

  // What rode in the peer's INITIAL or REPLY. An error is the peer's and closes the connection.
  tl::expected<void, close_code> take(const std::vector<message_frame>& messages, time_point now);

  // What rides in INITIAL: every message sent so far, if they fit, else none. A part would cost
  // forward secrecy and gain no round trip.
  void fill_initial(writer& out);
  void fill_reply(writer& out) { outgoing_.fill(out, in_handshake_); }
  // What became of the messages in INITIAL or REPLY.
  void on_handshake_acked();
  void on_handshake_lost();

  // Tells the owner what has changed: fates, readable messages, room.
  void announce();
  // Fills in what it knows.
  void describe(connection_statistics& statistics) const;

 private:
  connection_environment environment_;
  connection_handle connection_;
  outgoing_lanes outgoing_;
  incoming_lanes incoming_;
  held_messages held_;
  std::vector<sent_item> in_handshake_;  // what INITIAL or REPLY carries
  bool inbox_open_ = false;
  bool readable_told_ = false;
  bool writable_wanted_ = false;  // send() said queue_full
  std::uint64_t messages_sent_ = 0;
  std::uint64_t messages_received_ = 0;
};

}  // namespace tern::proto
