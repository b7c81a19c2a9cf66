// One connection over UDP, from the handshake to the last CLOSE. Composes: handshake,
// packet protection, ACK tracking, loss recovery, congestion gate, lanes, timers.
// It decides which component is asked when and owns no arithmetic of its own.
// It does not know other connections, sockets, or what a message means.
//
// STATES.md, "Connection", draws the phases.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/connection/amplification_limit.hpp"
#include "proto/connection/close_answers.hpp"
#include "proto/connection/congestion_gate.hpp"
#include "proto/connection/early_decision.hpp"
#include "proto/connection/echo_list.hpp"
#include "proto/connection/ending.hpp"
#include "proto/connection/environment.hpp"
#include "proto/connection/idle_clock.hpp"
#include "proto/connection/message_exchange.hpp"
#include "proto/connection/owned_connection.hpp"
#include "proto/connection/packet_protection.hpp"
#include "proto/connection/ping_book.hpp"
#include "proto/connection/silence_watch.hpp"
#include "proto/connection/statistics.hpp"
#include "proto/connection/wear.hpp"
#include "proto/endpoint/connect_options.hpp"
#include "proto/handshake/client_handshake.hpp"
#include "proto/handshake/server_handshake.hpp"
#include "proto/packet/frame.hpp"
#include "proto/recovery/ack_tracker.hpp"
#include "proto/recovery/loss_recovery.hpp"
#include "proto/recovery/number_skipper.hpp"
#include "proto/seal/identity.hpp"
#include "proto/seal/issued_ids.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

namespace tern::proto {

class connection final : public owned_connection {
 public:
  // A client's, about to shake hands. `local_id` is what the relay will address us by.
  connection(const connection_environment& environment, connection_handle handle, const connection_id& local_id,
             const path& to, connect_options options, time_point now);
  // A relay's, made from an INITIAL that opened.
  connection(const connection_environment& environment, connection_handle handle, const connection_id& local_id,
             const path& from, server_handshake handshake, bool address_validated, std::size_t initial_bytes,
             time_point now);

  connection_handle handle() const { return handle_; }
  const connection_id& local_id() const { return local_id_; }
  const path& current_path() const override { return path_; }
  // May be erased: nothing is sent, received or told any more.
  bool is_gone() const override { return phase_ == phase::gone; }
  bool is_half_open() const override { return provisional_ && phase_ != phase::gone; }

  std::optional<invite_id> invited_by() const override { return invited_by_; }

  // Input. The endpoint has found this connection by the packet's connection id.
  void on_retry(time_point now, const retry_header& retry);
  void on_reply(time_point now, const reply_header& reply, std::size_t datagram_bytes);
  void on_initial_again(std::size_t datagram_bytes);
  void on_data(time_point now, const data_header& header, mutable_byte_view datagram);
  // The peer shows the reset token that REPLY told: it has forgotten this connection.
  void on_reset(time_point now);
  void on_timeout(time_point now) override;

  // Commands; see endpoint.hpp.
  tl::expected<void, std::error_code> send(lane_id lane, bytes payload, const send_options& options, time_point now,
                                           bool early_allowed) override;
  std::optional<received_message> receive() override { return messages_.receive(); }
  void trust(time_point now) override;
  void decide_early(bool taken, time_point now) override;
  tl::expected<ping_id, std::error_code> ping() override;
  void keep_alive(bool wanted) override { idle_.want_keep_alive(wanted); }
  void expect_answer(bool expected) override { idle_.expect_answer(expected); }
  void close(close_code code, std::string_view reason, time_point now, duration drain_max) override;
  // The half-open table needs the room.
  void evict() override;

  std::optional<std::size_t> poll_transmit(time_point now, mutable_byte_view buffer);
  std::optional<time_point> next_deadline() const override;

  std::uint64_t queued_bytes() const override { return messages_.queued_bytes(); }
  connection_statistics statistics() const override;
  // Client, once REPLY has opened: what a RESET of this connection will show.
  const std::optional<issued_ids::reset_token>& reset_token() const { return reset_token_; }

 private:
  enum class phase : std::uint8_t {
    handshaking,  // client, until REPLY opens
    open,         // keys on both sides; a relay's may still be provisional
    flushing,     // close() was called, reliable lanes drain
    closing,      // CLOSE is sent, what still comes is answered with it ever more rarely
    draining,     // the peer's CLOSE came, nothing is sent
    gone,
  };
  class frame_applier;

  // What both kinds have in common.
  connection(const connection_environment& environment, connection_handle handle, const connection_id& local_id,
             const path& peer, phase first, time_point now);

  bool is_client() const { return client_.has_value(); }
  bool has_keys() const { return protection_.has_value(); }
  bool accepts_data() const { return phase_ == phase::open || phase_ == phase::flushing; }

  // connection_handshake.cpp
  void make_initial();
  void begin_open(time_point now, connection_id remote_id, noise_nk::transport_keys keys);
  void accept_initial(byte_view payload, time_point now);
  void authenticate(const auth_frame& auth, time_point now);
  void apply(const params_frame& params);
  std::optional<std::size_t> transmit_handshake(time_point now, mutable_byte_view buffer);
  std::optional<std::size_t> transmit_reply(time_point now, mutable_byte_view buffer);
  bool reply_due(time_point now) const;
  void confirm(time_point now);

  // connection_receive.cpp
  void on_opened(time_point now, packet_number number, byte_view payload);
  void on_ack(time_point now, const ack_frame& ack);
  void settle(time_point now);
  void on_acked(const sent_item& item);
  void on_pong(time_point now, const pong_frame& pong);
  void on_lost(const sent_item& item);
  void announce(time_point now);

  // connection_transmit.cpp
  struct draft;
  std::optional<mutable_byte_view> payload_room(mutable_byte_view buffer) const;
  std::optional<std::size_t> transmit_data(time_point now, mutable_byte_view buffer);
  void write_control(draft& packet, time_point now);
  void write_owner_pings(draft& packet, time_point now);
  void write_messages(draft& packet, time_point now, congestion_gate::verdict verdict);
  void write_probe(draft& packet);
  std::size_t finish(time_point now, draft& packet, mutable_byte_view buffer);
  std::optional<std::size_t> transmit_close(time_point now, mutable_byte_view buffer);

  // connection.cpp
  void fail(close_code code, std::string_view reason, time_point now);
  void begin_closing(time_point now);
  void begin_draining(time_point now);
  void leave(closed::cause how, close_code code, std::string_view reason);
  void leave();
  void tell(endpoint_event event) { environment_.tell(std::move(event)); }

  connection_environment environment_;
  connection_handle handle_;
  connection_id local_id_;
  connection_id remote_id_;
  path path_;
  phase phase_;

  // Handshake. `client_` for a client's whole life; `server_` until REPLY has been made.
  std::optional<client_handshake> client_;
  std::optional<server_handshake> server_;
  std::shared_ptr<const identity> self_;
  bool early_data_ = false;  // client: early messages may ride in the INITIAL
  bytes reply_;              // relay: kept to be repeated until confirmed
  std::uint32_t reply_copies_due_ = 0;
  std::uint32_t reply_sent_ = 0;
  time_point reply_sent_at_{};
  early_decision early_decision_;
  std::optional<invite_id> invited_by_;  // relay
  bool provisional_ = false;             // relay: no packet under the transport keys yet
  bool authenticated_ = false;           // relay: AUTH has verified
  bool auth_due_ = false;                // client: AUTH travels in data packets
  // Client: by then the relay must have heard from us under the new keys. Not at once, so
  // that the owner's next message or CLOSE can be what it hears.
  std::optional<time_point> confirm_at_;
  byte_array<32> final_hash_{};
  std::optional<issued_ids::reset_token> reset_token_;  // client

  // Packets.
  std::optional<packet_protection> protection_;
  amplification_limit amplification_;
  ack_tracker acks_;
  loss_recovery recovery_;
  ack_outcome outcome_;
  number_skipper skipper_;
  congestion_gate gate_;
  std::uint32_t datagram_bytes_max_ = 0;
  std::uint32_t probes_due_ = 0;
  std::optional<time_point> pacing_wake_up_;

  message_exchange messages_;

  // Small frames that wait for a packet.
  echo_list pongs_due_;
  echo_list path_responses_due_;
  bool ping_due_ = false;
  ping_book pings_;

  // Time.
  idle_clock idle_;
  silence_watch silence_;
  wear wear_;  // client
  time_point handshake_deadline_;
  std::optional<time_point> flush_until_;
  std::optional<time_point> linger_until_;

  // Closing.
  ending ending_;
  close_answers close_answers_;
  bool close_due_ = false;

  connection_statistics statistics_;
};

}  // namespace tern::proto
