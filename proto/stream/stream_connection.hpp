// One connection over a stream that loses nothing and keeps order (WIRE.md, section 11),
// from the preface to the last CLOSE. Composes: cutting the stream into packets, handshake,
// protection, messages, acknowledgments by lane, heartbeat. It does not know sockets, other
// connections, or what a message means; it never says when octets are to be written, only
// which.
//
// STATES.md, "Stream mode", draws the phases.
#pragma once

#include "proto/connection/early_decision.hpp"
#include "proto/connection/echo_list.hpp"
#include "proto/connection/ending.hpp"
#include "proto/connection/environment.hpp"
#include "proto/connection/idle_clock.hpp"
#include "proto/connection/message_exchange.hpp"
#include "proto/connection/owned_connection.hpp"
#include "proto/connection/ping_book.hpp"
#include "proto/connection/wear.hpp"
#include "proto/endpoint/connect_options.hpp"
#include "proto/handshake/server_handshake.hpp"
#include "proto/lanes/lane_acks.hpp"
#include "proto/packet/frame.hpp"
#include "proto/packet/header.hpp"
#include "proto/recovery/rtt_estimator.hpp"
#include "proto/seal/identity.hpp"
#include "proto/stream/heartbeat.hpp"
#include "proto/stream/stream_handshake.hpp"
#include "proto/stream/stream_protection.hpp"
#include "proto/stream/stream_reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

namespace tern::proto {

class stream_connection final : public owned_connection {
 public:
  // A client's, about to shake hands.
  stream_connection(const connection_environment& environment, connection_handle handle, const path& to,
                    connect_options options, time_point now);
  // A relay's, of which nothing is known yet.
  stream_connection(const connection_environment& environment, connection_handle handle, const path& from,
                    time_point now);

  const path& current_path() const override { return path_; }
  bool is_gone() const override { return phase_ == phase::gone; }
  bool is_half_open() const override { return provisional_ && phase_ != phase::gone; }

  std::optional<invite_id> invited_by() const override { return invited_by_; }

  // Octets from the stream, in order; they are decrypted in place.
  void on_data(time_point now, mutable_byte_view octets);
  // The stream has ended, or broke: nothing more will come.
  void on_end(time_point now);
  void on_timeout(time_point now) override;

  // Writes octets for the stream, as many whole packets as there are and fit. Precondition:
  // buffer.size() >= limits::stream_buffer_bytes_min.
  std::optional<std::size_t> poll(time_point now, mutable_byte_view buffer);
  std::optional<time_point> next_deadline() const override;

  tl::expected<void, std::error_code> send(lane_id lane, bytes payload, const send_options& options, time_point now,
                                           bool early_allowed) override;
  std::optional<received_message> receive() override { return messages_.receive(); }
  void trust(time_point now) override;
  void decide_early(bool taken, time_point now) override;
  tl::expected<ping_id, std::error_code> ping() override;
  void keep_alive(bool wanted) override { heartbeat_.want_keep_alive(wanted); }
  void expect_answer(bool expected) override { heartbeat_.expect_answer(expected); }
  void close(close_code code, std::string_view reason, time_point now, duration drain_max) override;
  void evict() override;

  std::uint64_t queued_bytes() const override { return messages_.queued_bytes(); }
  connection_statistics statistics() const override;

 private:
  enum class phase : std::uint8_t {
    handshaking,  // client: until REPLY opens; relay: until INITIAL opens
    refusing,     // relay: RETRY is all that INITIAL gets
    open,         // keys on both sides, or soon; a relay's may still be provisional
    flushing,     // close() was called, reliable lanes drain
    closing,      // CLOSE is due, or was written
    lingering,    // over; what arrived can still be taken
    gone,
  };
  class frame_applier;

  stream_connection(const connection_environment& environment, connection_handle handle, const path& peer,
                    bool is_client, duration handshake_time, time_point now);

  bool is_client() const { return client_.has_value(); }
  bool accepts_data() const { return phase_ == phase::open || phase_ == phase::flushing; }

  // stream_connection_handshake.cpp
  // A packet of each kind. False: it has no place here.
  bool on_header(time_point now, const hello_header& hello);
  bool on_header(time_point now, const initial_header& initial);
  bool on_header(time_point now, const retry_header& retry);
  bool on_header(time_point now, const reply_header& reply);
  bool is_uninvited();
  void accept_initial(time_point now);
  void on_reply(time_point now, byte_view payload);
  void begin_open(time_point now, noise_nk::transport_keys keys, const byte_array<32>& hash);
  void authenticate(const auth_frame& auth, time_point now);
  void confirm(time_point now);
  bool reply_due(time_point now) const;
  bytes handshake_packet(time_point now);
  bytes make_initial(time_point now);
  bytes make_reply(time_point now);
  bytes make_retry();

  // stream_connection_receive.cpp
  void watch_begun_packet(time_point now, bool is_another);
  void on_packet(time_point now, mutable_byte_view packet);
  void on_sealed(time_point now, mutable_byte_view packet);
  void on_opened(time_point now, byte_view payload);
  void on_pong(const pong_frame& pong, time_point now);
  void on_close(const close_frame& close, time_point now);
  // After anything happened: tells the owner, and says whether the peer owes us something.
  void announce(time_point now);

  // stream_connection_transmit.cpp
  std::size_t write_packet(time_point now, mutable_byte_view buffer);
  std::size_t write_handshake(const bytes& packet, mutable_byte_view buffer);
  std::size_t write_data(time_point now, mutable_byte_view buffer);
  std::size_t write_close(mutable_byte_view buffer);
  std::size_t seal(mutable_byte_view buffer, std::size_t payload_bytes);
  void write_control(writer& out, time_point now);
  void write_lane_acks(writer& out, std::size_t frames_max = packet_frames_max);

  // stream_connection.cpp
  void note_stall(time_point now);
  time_point idle_deadline() const;
  void fail(close_code code, std::string_view reason, time_point now);
  void begin_closing(time_point now);
  // Over, without another octet.
  void abandon(time_point now, closed::cause how, close_code code, std::string_view reason);
  // The stream is of no use any more.
  void break_off(time_point now, std::string_view reason);
  void leave();
  void tell_ending();
  void finish(stream_finished::manner how);
  duration linger_time() const;
  void tell(endpoint_event event) { environment_.tell(std::move(event)); }

  connection_environment environment_;
  connection_handle handle_;
  path path_;
  phase phase_ = phase::handshaking;

  // Handshake. `client_` for a client's whole life; `server_` until REPLY has been made.
  std::optional<stream_handshake> client_;
  std::optional<server_handshake> server_;
  std::shared_ptr<const identity> self_;
  bool early_data_ = false;  // client: early messages may ride in the INITIAL
  bool preface_due_ = false;
  std::optional<connection_id> retry_due_;  // relay: to this client
  bool retry_sent_ = false;                 // one is enough for anyone
  early_decision early_decision_;
  std::optional<invite_id> invited_by_;  // relay
  bool reply_released_ = false;          // relay: REPLY waits for nothing any more
  time_point reply_sent_at_{};
  bool provisional_ = false;    // relay: no packet under the transport keys yet
  bool authenticated_ = false;  // relay: AUTH has verified
  bool auth_due_ = false;       // client: AUTH travels in data packets
  // Client: by then the relay must have heard from us under the new keys.
  std::optional<time_point> confirm_at_;
  byte_array<32> final_hash_{};

  // Packets.
  stream_reader reader_;
  std::optional<time_point> packet_due_;  // one has begun to arrive
  time_point stalled_until_{};            // nothing was read before
  time_point excused_until_{};            // so silence means nothing until then
  bool is_excused_ = false;
  std::optional<stream_protection> protection_;
  lane_acks acks_;
  message_exchange messages_;
  std::vector<sent_item> written_;  // scratch: what fill() notes, of no use on a stream

  // Small frames that wait for a packet.
  echo_list pongs_due_;
  bool ping_due_ = false;
  ping_book pings_;

  // Time.
  rtt_estimator rtt_;
  idle_clock idle_;
  heartbeat heartbeat_;
  wear wear_;  // client
  time_point handshake_deadline_;
  std::optional<time_point> flush_until_;
  std::optional<time_point> linger_until_;

  // Closing.
  ending ending_;
  bool close_due_ = false;
  bool finished_ = false;

  connection_statistics statistics_;
};

}  // namespace tern::proto
