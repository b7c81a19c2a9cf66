// A client's endpoint and a relay's endpoint in virtual time, with a wire between
// them that a test can look at and interfere with. One thread, no clock.
#pragma once

#include "proto/endpoint.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace tern::proto {

class pair {
 public:
  // What happens to a datagram: true lets it through. It may be changed.
  using interference = std::function<bool(bytes& datagram)>;

  struct recorded {
    time_point at;
    bool from_client;
    bytes datagram;
  };

  explicit pair(std::uint64_t seed = 1, duration one_way = std::chrono::milliseconds{25}, endpoint_config client = {},
                endpoint_config relay = {})
      : client_entropy_(seed * 2 + 1),
        relay_entropy_(seed * 2 + 2),
        relay_key_(std::make_shared<x25519_keypair>(x25519_keypair::draw(relay_entropy_))),
        self_(std::make_shared<identity>(identity::draw(client_entropy_))),
        one_way_(one_way),
        relay_config_(with_key(std::move(relay))),
        client_(std::move(client), client_entropy_, now_),
        relay_(relay_config_, relay_entropy_, now_) {}

  endpoint& client() { return client_; }
  endpoint& relay() { return relay_; }
  time_point now() const { return now_; }
  const public_key& relay_public_key() const { return relay_key_->public_part(); }
  const identity_key& client_identity() const { return self_->public_key(); }
  const std::vector<recorded>& wire() const { return wire_; }
  std::vector<endpoint_event>& client_events() { return client_events_; }
  std::vector<endpoint_event>& relay_events() { return relay_events_; }

  interference to_relay = [](bytes&) { return true; };
  interference to_client = [](bytes&) { return true; };
  // An owner that answers events in the same turn, before anything is transmitted.
  std::function<void(const endpoint_event&)> on_client_event = [](const endpoint_event&) {};
  std::function<void(const endpoint_event&)> on_relay_event = [](const endpoint_event&) {};
  connect_options base;  // beside what connect() sets
  path client_path{address::v4(192, 0, 2, 1, 5000), 0};
  path relay_path{address::v4(192, 0, 2, 2, 7777), 0};

  connection_handle connect(bool knows_key = true, bool early_data = true) {
    connect_options options = base;
    if (knows_key) options.relay_key = relay_public_key();
    options.self = self_;
    options.early_data = early_data;
    return client_.connect(now_, relay_path, std::move(options));
  }

  // The relay's process ends without a word, and another begins; `change` may do something to its settings.
  void restart_relay(const std::function<void(endpoint_config&)>& change = [](endpoint_config&) {}) {
    change(relay_config_);
    relay_ = endpoint{relay_config_, relay_entropy_, now_};
    relay_events_.clear();
  }

  // Until nothing is under way and no deadline lies before `until`.
  void run_for(duration span) {
    const time_point until = now_ + span;
    for (;;) {
      drain();
      const time_point next = next_event();
      if (next > until) break;
      now_ = std::max(now_, next);
      step();
    }
    now_ = until;
    drain();
  }
  bool run_until(const std::function<bool()>& done, duration limit = std::chrono::seconds{60}) {
    const time_point until = now_ + limit;
    drain();
    while (!done()) {
      drain();  // the question may have taken messages, which gives credit back
      const time_point next = next_event();
      if (next > until) return false;
      now_ = std::max(now_, next);
      step();
      drain();
    }
    return true;
  }
  void drain() {
    collect(client_, client_events_, on_client_event);
    collect(relay_, relay_events_, on_relay_event);
    transmit_from(client_, true);
    transmit_from(relay_, false);
    collect(client_, client_events_, on_client_event);
    collect(relay_, relay_events_, on_relay_event);
  }

  // Puts a datagram in front of an endpoint, as an attacker would.
  void inject_to_relay(bytes datagram, const path& from) { relay_.on_datagram(now_, from, datagram); }
  void inject_to_client(bytes datagram) { client_.on_datagram(now_, relay_path, datagram); }

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
  struct flight {
    time_point arrives;
    bool to_relay;
    bytes datagram;
  };

  endpoint_config with_key(endpoint_config config) const {
    config.relay_key = relay_key_;
    test::seeded_entropy source{4};
    if (!config.stored_secret) config.stored_secret = std::make_shared<const secret<32>>(secret<32>::draw(source));
    return config;
  }
  static void collect(endpoint& from, std::vector<endpoint_event>& into,
                      const std::function<void(const endpoint_event&)>& react) {
    while (auto event = from.poll_event()) {
      react(*event);
      into.push_back(std::move(*event));
    }
  }
  void transmit_from(endpoint& from, bool is_client) {
    std::array<std::uint8_t, limits::datagram_bytes_max> buffer{};
    while (const auto sent = from.poll_transmit(now_, buffer)) {
      bytes datagram(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(sent->size));
      wire_.push_back({now_, is_client, datagram});
      if ((is_client ? to_relay : to_client)(datagram))
        flights_.push_back({now_ + one_way_, is_client, std::move(datagram)});
    }
  }
  time_point next_event() {
    time_point next = time_point::max();
    if (!flights_.empty()) next = std::min(next, flights_.front().arrives);
    for (endpoint* each : {&client_, &relay_})
      if (const auto deadline = each->next_deadline()) next = std::min(next, *deadline);
    return next;
  }
  void step() {
    while (!flights_.empty() && flights_.front().arrives <= now_) {
      flight next = std::move(flights_.front());
      flights_.pop_front();
      if (next.to_relay)
        relay_.on_datagram(now_, client_path, next.datagram);
      else
        client_.on_datagram(now_, relay_path, next.datagram);
    }
    for (endpoint* each : {&client_, &relay_}) {
      const auto deadline = each->next_deadline();
      if (deadline && *deadline <= now_) each->on_timeout(now_);
    }
  }

  test::seeded_entropy client_entropy_;
  test::seeded_entropy relay_entropy_;
  std::shared_ptr<x25519_keypair> relay_key_;
  std::shared_ptr<identity> self_;
  duration one_way_;
  endpoint_config relay_config_;
  time_point now_{std::chrono::hours{1}};
  endpoint client_;
  endpoint relay_;
  std::deque<flight> flights_;
  std::vector<recorded> wire_;
  std::vector<endpoint_event> client_events_;
  std::vector<endpoint_event> relay_events_;
};

inline constexpr lane_id ordered_lane{1, priority::interactive, delivery::reliable_ordered};

inline bytes text(std::string_view value) { return {value.begin(), value.end()}; }
inline std::string text(const received_message& message) { return std::string{as_text(message.payload)}; }

}  // namespace tern::proto
