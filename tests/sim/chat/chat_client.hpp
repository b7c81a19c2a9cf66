// A client's process: session and endpoint, with the rules by which udp/client keeps a
// connection (relay_link: silence, make before break, growing pauses), for one address
// and without sockets. Thrown away as a whole when the process ends.
#pragma once

#include "proto/chat/session.hpp"
#include "proto/endpoint.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"
#include "udp/client/backoff.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>

namespace tern::sim {

// What a client tries to reach the relay by.
enum class chat_transport : std::uint8_t { datagrams, streams, in_turn };

struct chat_client_options {
  std::shared_ptr<const proto::identity> self;
  std::optional<proto::public_key> relay_key;  // learned at the first contact where it is not given
  proto::path relay;
  bool early_data = true;
  chat_transport transport = chat_transport::datagrams;
  std::string name;
  std::function<proto::wall_time()> wall;
};

class chat_client {
 public:
  chat_client(std::uint64_t seed, chat_client_options options, proto::time_point now)
      : options_(std::move(options)),
        entropy_(seed),
        side_(proto::endpoint_config{}, entropy_, now),
        next_is_stream_(options_.transport == chat_transport::streams),
        session_({.self = options_.self->public_key().octets}, entropy_),
        pauses_({}, seed) {
    if (!options_.name.empty()) session_.claim_name(options_.name, {});
  }

  proto::endpoint& side() { return side_; }
  proto::chat::session& talk() { return session_; }
  std::uint64_t connections() const { return connections_; }
  // Those that took the place of one that still lived.
  std::uint64_t switches() const { return switches_; }
  bool is_established() const { return is_established_; }

  std::function<void(const proto::chat::session_event&)> on_event = [](const proto::chat::session_event&) {};
  // A stream is to be opened for this connection; one is finished.
  std::function<void(proto::connection_handle)> on_stream = [](proto::connection_handle) {};
  std::function<void(const proto::stream_finished&)> on_finished = [](const proto::stream_finished&) {};

  void start(proto::time_point now) { try_relay(now); }
  // Looks for another way although this one is good: make before break.
  void look_around(proto::time_point now) {
    if (is_established_) begin_search(now);
  }

  void take_turn(proto::time_point now) {
    if (const auto due = side_.next_deadline(); due && *due <= now) side_.on_timeout(now);
    while (auto event = side_.poll_event()) std::visit([&](const auto& what) { on(now, what); }, *event);
    take_messages(now);
    if (search_until_ && *search_until_ <= now) {
      if (try_) {
        give_up_try(now);
      } else {
        try_relay(now);
      }
    }
    session_.on_timeout(now);
    send_operations(now);
    take_events();
    keep_alive(now);
  }
  // Says good-bye; the datagram is in the endpoint.
  void leave(proto::time_point now) {
    if (attached_) side_.close(*attached_, proto::close_code::none, {}, now, proto::duration::zero());
    attached_.reset();
    search_until_.reset();
  }
  std::optional<proto::time_point> next_deadline() {
    auto next = side_.next_deadline();
    for (const auto& other : {session_.next_deadline(), search_until_})
      if (other && (!next || *other < *next)) next = other;
    return next;
  }

 private:
  using handle = proto::connection_handle;
  static constexpr std::chrono::seconds try_timeout{20};  // client_options::last_address_timeout

  void try_relay(proto::time_point now) {
    proto::connect_options how;
    how.relay_key = options_.relay_key;
    how.self = options_.self;
    how.early_data = options_.early_data;
    const bool by_stream = next_is_stream_;
    if (options_.transport == chat_transport::in_turn) next_is_stream_ = !next_is_stream_;
    try_ = by_stream ? side_.connect_stream(now, options_.relay, std::move(how))
                     : side_.connect(now, options_.relay, std::move(how));
    if (by_stream) on_stream(*try_);
    search_until_ = now + try_timeout;
    if (attached_) return;
    attach();
    if (options_.early_data) session_.on_connecting(now, options_.wall());
  }
  void attach() {
    attached_ = try_;
    is_established_ = false;
    is_kept_alive_ = false;
  }
  void detach() {
    attached_.reset();
    is_established_ = false;
    session_.on_disconnected();
  }
  void give_up_try(proto::time_point now) {
    const auto tried = std::exchange(try_, std::nullopt);
    if (tried == attached_) detach();
    side_.abort(*tried, proto::close_code::none, {}, now);
    pause(now);
  }
  void pause(proto::time_point now) { search_until_ = now + pauses_.next(); }
  void end_search(proto::time_point now) {
    const auto tried = std::exchange(try_, std::nullopt);
    search_until_.reset();
    if (tried && tried != attached_) side_.abort(*tried, proto::close_code::none, {}, now);
  }
  void begin_search(proto::time_point now) {
    if (!search_until_) try_relay(now);
  }

  void on(proto::time_point now, const proto::relay_key_offered& event) {
    if (event.connection != try_) return;
    options_.relay_key = event.key;
    side_.trust(event.connection, now);
  }
  void on(proto::time_point now, const proto::connected& event) {
    if (event.connection != try_) return;
    if (attached_ != try_) {
      if (const auto old = attached_) {
        detach();
        side_.abort(*old, proto::close_code::none, {}, now);
        ++switches_;
      }
      attach();
    }
    is_established_ = true;
    ++connections_;
    pauses_.reset();
    end_search(now);
    session_.on_connected(now, options_.wall());
  }
  void on(proto::time_point now, const proto::silent& event) {
    if (event.connection == attached_ && is_established_) begin_search(now);
  }
  void on(proto::time_point now, const proto::heard& event) {
    if (event.connection == attached_ && is_established_) end_search(now);
  }
  void on(proto::time_point now, const proto::closed& event) {
    if (event.connection == try_) return give_up_try(now);
    if (event.connection != attached_) return;
    take_messages(now);
    detach();
    if (search_until_) return;
    if (event.how == proto::closed::cause::by_peer) {
      pause(now);
    } else {
      begin_search(now);
    }
  }
  void on(proto::time_point, const proto::stream_finished& event) { on_finished(event); }
  template <class Other>
  void on(proto::time_point, const Other&) {}

  void take_messages(proto::time_point now) {
    while (attached_) {
      const auto message = side_.receive(*attached_, now);
      if (!message) return;
      if (session_.on_message(message->lane, message->payload, now)) continue;
      ADD_FAILURE() << "the relay does not keep to the protocol";
      return;
    }
  }
  void send_operations(proto::time_point now) {
    while (attached_) {
      auto next = session_.poll_send(now);
      if (!next) return;
      proto::send_options how;
      how.deadline = next->deadline;
      const auto sent = side_.send(*attached_, next->lane, next->payload, how, now, next->early_allowed);
      if (!sent) return session_.put_back(std::move(*next));
    }
  }
  void take_events() {
    while (auto event = session_.poll_event()) on_event(*event);
  }
  void keep_alive(proto::time_point now) {
    const bool wanted = session_.waits_for_messages() || !session_.is_drained();
    if (!is_established_ || std::exchange(is_kept_alive_, wanted) == wanted) return;
    side_.keep_alive(*attached_, wanted, now);
  }

  chat_client_options options_;
  proto::test::seeded_entropy entropy_;
  proto::endpoint side_;
  bool next_is_stream_;
  proto::chat::session session_;
  udp::backoff pauses_;
  std::optional<handle> try_;
  std::optional<handle> attached_;
  std::optional<proto::time_point> search_until_;  // when the try or the pause is over
  bool is_established_ = false;
  bool is_kept_alive_ = false;
  std::uint64_t connections_ = 0;
  std::uint64_t switches_ = 0;
};

}  // namespace tern::sim
