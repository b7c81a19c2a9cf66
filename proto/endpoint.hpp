// Many connections behind one set of sockets: the protocol's public entry point.
//
// An endpoint knows packets, keys and connections. It does not know sockets, the
// clock, threads, or what a message means. One thread uses it at a time.
//
// A driver's turn, in this order, with one `now` for the whole turn:
//   1. on_datagram() for each datagram that is there, and on_timeout() if
//      next_deadline() has passed;
//   2. poll_event() until it returns nothing, receive() for readable connections;
//   3. poll_transmit() until it returns nothing, each datagram sent before the next call;
//   4. arm one timer for next_deadline().
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/connection/statistics.hpp"
#include "proto/endpoint/config.hpp"
#include "proto/endpoint/counters.hpp"
#include "proto/endpoint/events.hpp"
#include "proto/entropy.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/incoming_lanes.hpp"
#include "proto/lanes/outgoing_lanes.hpp"
#include "proto/seal/identity.hpp"
#include "proto/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <tl/expected.hpp>

namespace tern::proto {

struct transmit {
  path to;
  std::size_t size = 0;  // bytes written to the caller's buffer
};

struct connect_options {
  // The key the relay must prove. Without it the first contact asks for one (HELLO)
  // and relay_key_offered follows.
  std::optional<public_key> relay_key;
  // Signs AUTH. Shared with the connection, never changed.
  std::shared_ptr<const identity> self;
  // Let messages that were sent with early_allowed travel in the INITIAL. This costs
  // forward secrecy of those messages and of the client's identity towards the
  // relay's static key (WIRE.md, "Early data").
  bool early_data = true;
};

class endpoint {
 public:
  // `source` must outlive the endpoint.
  endpoint(endpoint_config config, entropy& source, time_point now);
  ~endpoint();
  endpoint(endpoint&&) noexcept;
  endpoint& operator=(endpoint&&) noexcept;

  // Begins a handshake. Messages sent in the same driver turn can ride in the INITIAL.
  connection_handle connect(time_point now, const path& to, connect_options options);

  // Goes on with the key that relay_key_offered showed.
  void trust(connection_handle connection, time_point now);

  // Errors: errc::closed (no such connection, or closing), errc::message_too_big,
  // errc::queue_full (a `writable` event follows). `early_allowed`: the message may
  // travel in the INITIAL; messages keep their order, so one that may not holds back
  // all later ones until the handshake is done.
  tl::expected<void, std::error_code> send(connection_handle connection, lane_id lane, bytes payload,
                                           const send_options& options, time_point now, bool early_allowed = false);

  // The next message of the connection, if any. Not taking messages is back-pressure:
  // the peer's credit is used up and it stops. Works until the `closed` event's
  // connection has lingered away (3 PTO), so that what arrived before a close is not lost.
  std::optional<received_message> receive(connection_handle connection, time_point now);

  // Relay: are the messages that came in the INITIAL taken? "No" makes the client send
  // them again under the transport keys; they must be dropped by the caller.
  void decide_early(connection_handle connection, bool taken, time_point now);

  // Something waits on the connection (a joined room): keep it alive by PING.
  void keep_alive(connection_handle connection, bool wanted, time_point now);

  // Sends a PING, once: `ping_answered` tells how long its answer took, `ping_reached` that
  // the peer has it. Neither comes for one that was lost on the way. Errors: errc::closed
  // (no such connection, or not open yet), errc::queue_full (ping_book::due_max wait to leave).
  tl::expected<ping_id, std::error_code> ping(connection_handle connection, time_point now);

  // Closes after the reliable lanes have drained, but at the latest after `drain_max`.
  void close(connection_handle connection, close_code code, std::string reason, time_point now, duration drain_max);
  // Forgets the connection at once; one CLOSE is sent if there are keys for it.
  void abort(connection_handle connection, close_code code, std::string reason, time_point now);

  // The datagram is decrypted in place. Anything that is not a valid packet leaves
  // nothing but a counter.
  void on_datagram(time_point now, const path& from, mutable_byte_view datagram);
  void on_timeout(time_point now);

  // Writes the next datagram. Precondition: buffer.size() >= limits::datagram_bytes_max.
  std::optional<transmit> poll_transmit(time_point now, mutable_byte_view buffer);
  std::optional<endpoint_event> poll_event();
  // When on_timeout() wants to be called; it may have passed already.
  std::optional<time_point> next_deadline();

  // Bytes that are queued and were not yet sent for the first time.
  std::uint64_t queued_bytes(connection_handle connection) const;
  std::optional<connection_statistics> statistics(connection_handle connection) const;
  std::optional<path> current_path(connection_handle connection) const;
  const endpoint_counters& counters() const;
  std::size_t connection_count() const;

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace tern::proto
