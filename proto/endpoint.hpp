// Many connections behind one set of sockets: the protocol's public entry point.
//
// An endpoint knows packets, keys and connections. It does not know sockets, the
// clock, threads, or what a message means. One thread uses it at a time.
//
// A connection lives on datagrams (connect, on_datagram, poll_transmit) or on one stream
// that loses nothing and keeps order, as TCP does (connect_stream, accept_stream,
// on_stream_data, on_stream_end, poll_stream). All other calls and events are the same.
//
// A driver's turn, in this order, with one `now` for the whole turn:
//   1. on_datagram() for each datagram that is there, on_stream_data() and on_stream_end()
//      for streams, and on_timeout() if next_deadline() has passed;
//   2. poll_event() until it returns nothing, receive() for readable connections;
//   3. poll_transmit() until it returns nothing, each datagram sent before the next call;
//      poll_stream_ready() until it returns nothing, and poll_stream() for streams that
//      can be written to;
//   4. poll_event() again: what was written may have ended a connection;
//   5. arm one timer for next_deadline().
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/connection/statistics.hpp"
#include "proto/endpoint/config.hpp"
#include "proto/endpoint/connect_options.hpp"
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
#include <vector>

namespace tern::proto {

struct transmit {
  path to;
  std::size_t size = 0;  // bytes written to the caller's buffer
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

  // The same over a stream, which the driver opens (before or after this call) to `to`. There
  // is one stream for each connection, and it is the driver's: it keeps the handle beside the
  // socket, and closes the socket when stream_finished tells it to. A handshake that waits
  // for trust() does so for as long as the relay keeps the stream (10 s); after that the
  // owner connects anew, with the key that it was shown.
  connection_handle connect_stream(time_point now, const path& to, connect_options options);

  // Relay: a stream was accepted, from an address that TCP has validated. Error: errc::refused,
  // a limit is reached (or this endpoint only connects); close it without writing to it. May
  // end another stream of the same prefix that is half-open for longer.
  tl::expected<connection_handle, std::error_code> accept_stream(time_point now, const path& from);

  // Relay: the invites that are good from now on. Connections that were made with another one are closed.
  void set_invites(std::vector<invite> invites, time_point now);
  // Relay: by which of them the connection was made, if by one.
  std::optional<invite_id> invited_by(connection_handle connection) const;

  // Relay: of `wanted`, the limits of connections and handshakes (admission, connections_max,
  // connections_prefix_max) from now on. Whoever is there stays.
  void change_limits(const endpoint_config& wanted);

  // Octets that were read from the stream, in order and however cut. They are decrypted in
  // place. After stream_finished they are ignored. Read at most a few times 64 KiB in a turn:
  // everybody else waits meanwhile.
  void on_stream_data(time_point now, connection_handle stream, mutable_byte_view octets);
  // The stream ended: the peer shut down its side, it was reset, or connecting it failed.
  void on_stream_end(time_point now, connection_handle stream);

  // A stream that may have something to write. Each is told once, until poll_stream() has
  // returned nothing for it.
  std::optional<connection_handle> poll_stream_ready();
  // Writes octets for the stream. The driver asks when the socket can be written to and takes
  // all that it was given before, until there is nothing. Whole packets, so that what is
  // urgent overtakes what was not asked for yet: a buffer of 16 KiB and TCP_NOTSENT_LOWAT
  // keep short what it cannot overtake. Precondition: buffer.size() >=
  // limits::stream_buffer_bytes_min.
  std::optional<std::size_t> poll_stream(time_point now, connection_handle stream, mutable_byte_view buffer);

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
  // connection has lingered away (3 PTO; a stream at least 1 s), so that what arrived
  // before a close is not lost.
  std::optional<received_message> receive(connection_handle connection, time_point now);

  // Relay: are the messages that came in the INITIAL taken? "No" makes the client send
  // them again under the transport keys; they must be dropped by the caller.
  void decide_early(connection_handle connection, bool taken, time_point now);

  // Something waits on the connection (a joined room): keep it alive by PING.
  void keep_alive(connection_handle connection, bool wanted, time_point now);
  // The peer owes something that only it can know of (a receipt): after half a second without traffic it is asked
  // whether it is still there. It may have been started anew after it acknowledged the question.
  void expect_answer(connection_handle connection, bool expected, time_point now);

  // Sends a PING, once: `ping_answered` tells how long its answer took, `ping_reached` that
  // the peer has it, so without an answer that was lost; `ping_lost` that it got lost itself.
  // Errors: errc::closed (no such connection, or not open yet), errc::queue_full
  // (ping_book::due_max wait to leave, as the window is full).
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
