// A client's process: session, endpoint, and udp/client's way to a relay, for one address
// and without sockets. Thrown away as a whole when the process ends.
#pragma once

#include "proto/chat/session.hpp"
#include "proto/endpoint.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"
#include "tests/sim/chat/client_disk.hpp"
#include "udp/route/relay_route.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>

namespace tern::sim {

struct chat_client_options {
  std::shared_ptr<const proto::identity> self;
  std::optional<proto::public_key> relay_key;  // learned at the first contact where it is not given
  proto::address relay;
  bool early_data = true;
  transport_choice transport = transport_choice::udp;
  std::string name;
  std::shared_ptr<udp::memory_disk> disk;  // that outlives the process, where it keeps anything
  std::function<proto::wall_time()> wall;
};

class chat_client final : private udp::route_surroundings, private udp::route_user {
 public:
  chat_client(std::uint64_t seed, chat_client_options options, proto::time_point now)
      : options_(std::move(options)),
        way_(options_for_way(options_)),
        entropy_(seed),
        side_(proto::endpoint_config{}, entropy_, now),
        session_({.self = options_.self->public_key().octets}, entropy_),
        route_({}, way_, options_.self, seed, side_, *this, *this) {
    if (!options_.name.empty()) session_.claim_name(options_.name, {});
    if (!options_.disk) return;
    disk_.emplace(options_.disk, seed ^ 0xd15cU);
    session_.keep_outboxes(now, options_.wall());
  }

  proto::endpoint& side() { return side_; }
  proto::chat::session& talk() { return session_; }
  udp::relay_route& route() { return route_; }
  bool is_established() const { return route_.is_connected(); }
  client_disk* disk() { return disk_ ? &*disk_ : nullptr; }
  bool is_settled() const { return session_.is_drained() && (!disk_ || disk_->is_settled()); }

  std::function<void(const proto::chat::session_event&)> on_event = [](const proto::chat::session_event&) {};
  // A stream is to be opened for this connection; one is finished.
  std::function<void(proto::connection_handle)> on_stream = [](proto::connection_handle) {};
  std::function<void(const proto::stream_finished&)> on_finished = [](const proto::stream_finished&) {};
  // Something else serves now.
  std::function<void(transport)> on_carrier = [](transport) {};

  void start() { route_.start(); }

  void take_turn(proto::time_point now) {
    if (const auto due = side_.next_deadline(); due && *due <= now) side_.on_timeout(now);
    if (std::exchange(wants_addresses_, false)) route_.on_resolved(now, std::vector{options_.relay});
    take_endpoint_events(now);
    route_.on_turn(now);
    session_.on_timeout(now);
    if (disk_) disk_->take_turn(now, session_, owner());
    send_operations(now);
    take_events();
    route_.keep_alive(session_.waits_for_messages() || !session_.is_drained(), now);
    route_.expect_answer(session_.awaits_answer(), now);
    take_endpoint_events(now);
  }
  // Says good-bye; the datagram is in the endpoint.
  void leave(proto::time_point now) { route_.close(now); }
  std::optional<proto::time_point> next_deadline() {
    if (wants_addresses_) return proto::time_point{};
    auto next = side_.next_deadline();
    const auto disk_turn = disk_ ? disk_->next_deadline() : std::nullopt;
    for (const auto& other : {session_.next_deadline(), route_.next_deadline(), disk_turn})
      if (other && (!next || *other < *next)) next = other;
    return next;
  }

 private:
  std::optional<store_owner> owner() const {
    const auto& relay = route_.relay_key();
    return relay ? std::optional{store_owner{*relay, options_.self->public_key().octets}} : std::nullopt;
  }
  static route_options options_for_way(const chat_client_options& from) {
    route_options way;
    way.relay_key = from.relay_key;
    way.trust = [](const key_question&) { return true; };
    way.transport = from.transport;
    way.early_data = from.early_data;
    way.give_up_unreachable = false;
    return way;
  }

  void take_endpoint_events(proto::time_point now) {
    while (auto event = side_.poll_event()) {
      if (const auto* finished = std::get_if<proto::stream_finished>(&*event)) on_finished(*finished);
      route_.on_event(now, *event);
    }
  }
  void send_operations(proto::time_point now) {
    while (route_.is_attached()) {
      auto next = session_.poll_send(now);
      if (!next) return;
      proto::send_options how;
      how.deadline = next->deadline;
      const auto sent = route_.send(next->lane, next->payload, how, next->early_allowed, now);
      if (!sent) return session_.put_back(std::move(*next));
    }
  }
  void take_events() {
    while (auto event = session_.poll_event()) on_event(*event);
  }

  // route_surroundings
  void resolve() override { wants_addresses_ = true; }
  udp::result<std::uint32_t> datagram_socket() override { return 0U; }
  void open_stream(proto::connection_handle connection, const proto::address&) override { on_stream(connection); }
  bool has_udp_failed(const proto::address&) override { return has_udp_failed_; }
  void on_udp_verdict(const proto::address&, bool works) override { has_udp_failed_ = !works; }
  proto::bytes token_for(const proto::address&) override { return token_; }
  void on_token(const proto::address&, const proto::bytes& token) override { token_ = token; }

  // route_user
  void on_connecting(proto::time_point now, const proto::address&, bool is_attached) override {
    if (is_attached) session_.on_connecting(now, options_.wall());
  }
  void on_connected(proto::time_point now, const udp::attempt& what) override {
    session_.on_connected(now, options_.wall());
    on_carrier(what.by);
  }
  void on_kept(proto::time_point, const udp::attempt&, std::error_code) override {}
  void on_silent(proto::time_point) override {}
  void on_disconnected(proto::time_point) override { session_.on_disconnected(); }
  void on_waiting(proto::time_point, std::error_code, const std::string&) override {}
  void on_failed(proto::time_point, std::error_code why) override { ADD_FAILURE() << "given up: " << why.message(); }
  void on_ping_answered(proto::ping_id, proto::duration) override {}
  void on_ping_reached(proto::ping_id) override {}
  void on_ping_lost(proto::ping_id) override {}
  bool has_room_for_messages() const override { return true; }
  bool on_message(proto::time_point now, proto::received_message message) override {
    if (session_.on_message(message.lane, message.payload, now)) return true;
    ADD_FAILURE() << "the relay does not keep to the protocol";
    return false;
  }

  chat_client_options options_;
  route_options way_;
  proto::test::seeded_entropy entropy_;
  proto::endpoint side_;
  proto::chat::session session_;
  udp::relay_route route_;
  std::optional<client_disk> disk_;
  bool wants_addresses_ = false;
  bool has_udp_failed_ = false;
  proto::bytes token_;
};

}  // namespace tern::sim
