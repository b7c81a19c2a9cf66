// A client's endpoint and a relay's endpoint joined by a TCP model, in virtual time.
#pragma once

#include "proto/endpoint.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"
#include "tests/sim/stream_wire.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tern::proto {

class stream_pair {
 public:
  explicit stream_pair(std::uint64_t seed = 1, sim::pipe_conditions conditions = {}, endpoint_config client = {},
                       endpoint_config relay = {})
      : seed_(seed),
        conditions_(conditions),
        client_entropy_(seed * 2 + 1),
        relay_entropy_(seed * 2 + 2),
        relay_key_(std::make_shared<x25519_keypair>(x25519_keypair::draw(relay_entropy_))),
        self_(std::make_shared<identity>(identity::draw(client_entropy_))),
        client_(std::move(client), client_entropy_, now_),
        relay_(with_key(std::move(relay)), relay_entropy_, now_) {}

  endpoint& client() { return client_; }
  endpoint& relay() { return relay_; }
  sim::stream_wire& wire() { return *wire_; }
  time_point now() const { return now_; }
  const public_key& relay_public_key() const { return relay_key_->public_part(); }
  const identity_key& client_identity() const { return self_->public_key(); }
  std::vector<endpoint_event>& client_events() { return client_events_; }
  std::vector<endpoint_event>& relay_events() { return relay_events_; }

  std::function<void(const endpoint_event&)> on_client_event = [](const endpoint_event&) {};
  std::function<void(const endpoint_event&)> on_relay_event = [](const endpoint_event&) {};
  path client_path{address::v4(192, 0, 2, 1, 5000), 0};
  path relay_path{address::v4(192, 0, 2, 2, 7777), 0};

  connection_handle connect(bool knows_key = true, bool early_data = true) {
    connect_options options;
    if (knows_key) options.relay_key = relay_public_key();
    return connect_with(std::move(options), early_data);
  }
  connection_handle connect_with(connect_options options, bool early_data = true) {
    options.self = self_;
    options.early_data = early_data;
    const connection_handle handle = client_.connect_stream(now_, relay_path, std::move(options));
    wire_.emplace(client_, handle, &relay_, client_path, conditions_, conditions_, seed_, now_);
    wire_->on_write = [this](bool by_client, byte_view octets) {
      bytes& all = by_client ? sent_by_client : sent_by_relay;
      all.insert(all.end(), octets.begin(), octets.end());
    };
    return handle;
  }
  // A stream without a client behind it: the test writes what it likes.
  connection_handle accept() { return *relay_.accept_stream(now_, client_path); }
  void write_to_relay(connection_handle stream, bytes octets) {
    relay_.on_stream_data(now_, stream, octets);
    drain();
  }
  // What the relay would write to a stream that has no wire.
  bytes take_from_relay(connection_handle stream) {
    bytes buffer(limits::stream_buffer_bytes_min);
    const auto size = relay_.poll_stream(now_, stream, buffer);
    buffer.resize(size.value_or(0));
    drain();
    return buffer;
  }

  bytes sent_by_client;
  bytes sent_by_relay;

  bool run_until(const std::function<bool()>& done, duration limit = std::chrono::seconds{60}) {
    const time_point until = now_ + limit;
    drain();
    while (!done()) {
      drain();  // the question may have taken messages, which gives credit back
      const time_point next = next_event();
      if (next > until) {
        now_ = until;
        return false;
      }
      // A deadline that stays in the past would keep a driver busy for nothing.
      stuck_ = next <= now_ ? stuck_ + 1 : 0;
      if (stuck_ > 1000) throw std::runtime_error{"time does not move on"};
      now_ = std::max(now_, next);
      step();
      drain();
    }
    return true;
  }
  void run_for(duration span) {
    run_until([] { return false; }, span);
  }
  // Both stand still, as on a machine that sleeps; when it wakes up, timers come before what lies in the sockets.
  void sleep(duration span) {
    now_ += span;
    for (endpoint* each : {&client_, &relay_}) each->on_timeout(now_);
    drain();
  }
  void drain() {
    collect();
    if (wire_) {
      for (endpoint* each : {&client_, &relay_})
        while (const auto stream = each->poll_stream_ready()) wire_->on_ready(*each, *stream);
      wire_->transmit(now_);
    }
    collect();
    if (wire_) wire_->transmit(now_);
  }

  template <class Event>
  static const Event* find(const std::vector<endpoint_event>& events) {
    for (const endpoint_event& event : events)
      if (const auto* found = std::get_if<Event>(&event)) return found;
    return nullptr;
  }
  template <class Event>
  static std::size_t count(const std::vector<endpoint_event>& events) {
    std::size_t found = 0;
    for (const endpoint_event& event : events) found += std::holds_alternative<Event>(event) ? 1U : 0U;
    return found;
  }
  std::optional<connection_handle> accepted_handle() const {
    const auto* event = find<accepted>(relay_events_);
    if (event == nullptr) return std::nullopt;
    return event->connection;
  }
  std::vector<received_message> receive_all(endpoint& at, connection_handle connection) {
    std::vector<received_message> messages;
    while (auto message = at.receive(connection, now_)) messages.push_back(std::move(*message));
    return messages;
  }

 private:
  endpoint_config with_key(endpoint_config config) const {
    config.relay_key = relay_key_;
    return config;
  }
  void collect() {
    collect(client_, client_events_, on_client_event);
    collect(relay_, relay_events_, on_relay_event);
  }
  void collect(endpoint& from, std::vector<endpoint_event>& into,
               const std::function<void(const endpoint_event&)>& react) {
    while (auto event = from.poll_event()) {
      if (const auto* finished = std::get_if<stream_finished>(&*event); finished != nullptr && wire_)
        wire_->on_finished(from, *finished);
      react(*event);
      into.push_back(std::move(*event));
    }
  }
  time_point next_event() {
    time_point next = time_point::max();
    if (wire_)
      if (const auto due = wire_->next_deadline()) next = std::min(next, *due);
    for (endpoint* each : {&client_, &relay_})
      if (const auto deadline = each->next_deadline()) next = std::min(next, *deadline);
    return next;
  }
  void step() {
    if (wire_) wire_->deliver(now_);
    for (endpoint* each : {&client_, &relay_}) {
      const auto deadline = each->next_deadline();
      if (deadline && *deadline <= now_) each->on_timeout(now_);
    }
  }

  std::uint64_t seed_;
  sim::pipe_conditions conditions_;
  test::seeded_entropy client_entropy_;
  test::seeded_entropy relay_entropy_;
  std::shared_ptr<x25519_keypair> relay_key_;
  std::shared_ptr<identity> self_;
  time_point now_{std::chrono::hours{1}};
  endpoint client_;
  endpoint relay_;
  std::optional<sim::stream_wire> wire_;
  std::vector<endpoint_event> client_events_;
  std::vector<endpoint_event> relay_events_;
  int stuck_ = 0;
};

inline constexpr lane_id ordered_lane{1, priority::interactive, delivery::reliable_ordered};

inline bytes text(std::string_view value) { return {value.begin(), value.end()}; }
inline std::string text(const received_message& message) { return std::string{as_text(message.payload)}; }

}  // namespace tern::proto
