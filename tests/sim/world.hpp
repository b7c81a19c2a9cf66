// A relay's endpoint and several clients' endpoints in virtual time, each client
// behind a link of its own: the link model of tools/link, one object a direction; or over a
// stream of its own: the TCP model. One thread, no clock; the same seed gives the same trace.
#pragma once

#include "proto/endpoint.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"
#include "tests/sim/stream_wire.hpp"
#include "tools/link/model/link.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tern::sim {

using namespace proto;

// FNV-1a over everything that was ever put on a wire, and when.
class trace_hash {
 public:
  void add(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) add_octet(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void add(byte_view octets) {
    for (const std::uint8_t octet : octets) add_octet(octet);
  }
  std::uint64_t value() const { return hash_; }

 private:
  void add_octet(std::uint8_t octet) { hash_ = (hash_ ^ octet) * 0x100000001b3U; }
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

struct node {
  node(std::uint64_t seed, endpoint_config config, time_point now)
      : source(seed), side(std::move(config), source, now) {}
  proto::test::seeded_entropy source;
  endpoint side;
  std::deque<endpoint_event> events;
};

struct client_node : node {
  client_node(std::uint64_t seed, endpoint_config config, time_point now, std::uint16_t port)
      : node(seed, std::move(config), now),
        where{address::v4(10, 0, 0, 1, port), 0},
        self(std::make_shared<identity>(identity::draw(source))) {}
  path where;
  std::shared_ptr<identity> self;
  std::unique_ptr<link_model::link> up;
  std::unique_ptr<link_model::link> down;
  // Datagrams that left at the same instant: the latest train and the longest.
  time_point train_at{};
  std::size_t train = 0;
  std::size_t longest_train = 0;
};

class world {
 public:
  explicit world(std::uint64_t seed, endpoint_config relay_config = {}) : seed_(seed), now_(std::chrono::hours{1}) {
    proto::test::seeded_entropy key_source{seed ^ 0x5eedU};
    relay_key_ = std::make_shared<x25519_keypair>(x25519_keypair::draw(key_source));
    relay_config.relay_key = relay_key_;
    relay_ = std::make_unique<node>(seed * 1000 + 999, std::move(relay_config), now_);
  }

  time_point now() const { return now_; }
  node& relay() { return *relay_; }
  client_node& client(std::size_t index) { return *clients_[index]; }
  std::size_t clients() const { return clients_.size(); }
  const public_key& relay_public_key() const { return relay_key_->public_part(); }
  std::uint64_t trace() const { return trace_.value(); }

  client_node& add_client(const link_model::impairments& up, const link_model::impairments& down,
                          endpoint_config config = {}) {
    const auto index = static_cast<std::uint16_t>(clients_.size());
    auto& fresh = *clients_.emplace_back(std::make_unique<client_node>(seed_ * 1000 + index, std::move(config), now_,
                                                                       static_cast<std::uint16_t>(5000 + index)));
    fresh.up = std::make_unique<link_model::link>(up, seed_ * 77 + 2 * std::uint64_t{index}, now_);
    fresh.down = std::make_unique<link_model::link>(down, seed_ * 77 + 2 * std::uint64_t{index} + 1, now_);
    return fresh;
  }
  connection_handle connect(client_node& from, bool knows_key = true) {
    connect_options options;
    if (knows_key) options.relay_key = relay_public_key();
    options.self = from.self;
    return from.side.connect(now_, relay_path_, std::move(options));
  }

  connection_handle connect_stream(client_node& from, const pipe_conditions& up, const pipe_conditions& down,
                                   bool knows_key = true) {
    connect_options options;
    if (knows_key) options.relay_key = relay_public_key();
    options.self = from.self;
    const connection_handle handle = from.side.connect_stream(now_, relay_path_, std::move(options));
    auto& wire = *wires_.emplace_back(std::make_unique<stream_wire>(from.side, handle, &relay_->side, from.where, up,
                                                                    down, seed_ * 131 + wires_.size(), now_));
    wire.on_write = [this](bool by_client, byte_view octets) {
      trace_.add(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
      trace_.add(by_client ? 1U : 0U);
      trace_.add(octets);
    };
    return handle;
  }
  stream_wire& wire(std::size_t index) { return *wires_[index]; }

  // Called with every event, in the turn in which it happens.
  std::function<void(node&, const endpoint_event&)> on_event = [](node&, const endpoint_event&) {};
  // Called once a turn, before anything is transmitted.
  std::function<void()> on_turn = [] {};
  // A time at which on_turn wants to be called although nothing else happens.
  std::function<std::optional<time_point>()> next_turn = [] { return std::optional<time_point>{}; };

  // Until `done`, or nothing happens any more, or the limit. True if done.
  bool run_until(const std::function<bool()>& done, duration limit) {
    const time_point until = now_ + limit;
    for (;;) {
      turn();
      if (done()) return true;
      const auto next = next_event();
      if (!next || *next > until) {
        now_ = std::max(now_, until);
        return false;
      }
      now_ = std::max(now_, *next);
      deliver();
    }
  }
  void run_for(duration span) {
    run_until([] { return false; }, span);
  }

 private:
  void turn() {
    on_turn();
    drain_events();
    transmit(*relay_, nullptr);
    for (auto& each : clients_) transmit(*each, each.get());
    transmit_streams();
    drain_events();
    for (auto& wire : wires_) wire->transmit(now_);  // what has ended meanwhile is shut down
  }
  void transmit_streams() {
    const auto tell_ready = [&](node& each) {
      while (const auto stream = each.side.poll_stream_ready())
        for (auto& wire : wires_) wire->on_ready(each.side, *stream);
    };
    tell_ready(*relay_);
    for (auto& each : clients_) tell_ready(*each);
    for (auto& wire : wires_) wire->transmit(now_);
  }
  void drain_events() {
    const auto drain = [&](node& each) {
      while (auto event = each.side.poll_event()) {
        if (const auto* finished = std::get_if<stream_finished>(&*event))
          for (auto& wire : wires_) wire->on_finished(each.side, *finished);
        on_event(each, *event);
      }
    };
    drain(*relay_);
    for (auto& each : clients_) drain(*each);
  }
  void transmit(node& from, client_node* client) {
    std::array<std::uint8_t, limits::datagram_bytes_max> buffer{};
    while (const auto sent = from.side.poll_transmit(now_, buffer)) {
      const byte_view datagram{buffer.data(), sent->size};
      trace_.add(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
      trace_.add(datagram);
      if (client != nullptr) {
        client->up->offer(now_, datagram);
        client->train = client->train_at == now_ ? client->train + 1 : 1;
        client->train_at = now_;
        client->longest_train = std::max(client->longest_train, client->train);
      } else if (client_node* to = client_at(sent->to)) {
        to->down->offer(now_, datagram);
      }
    }
  }
  client_node* client_at(const path& where) {
    for (auto& each : clients_)
      if (each->where.remote == where.remote) return each.get();
    return nullptr;
  }
  std::optional<time_point> next_event() {
    std::optional<time_point> next = next_turn();
    const auto consider = [&](std::optional<time_point> other) {
      if (other && (!next || *other < *next)) next = other;
    };
    consider(relay_->side.next_deadline());
    for (auto& each : clients_) {
      consider(each->side.next_deadline());
      consider(each->up->next_deadline());
      consider(each->down->next_deadline());
    }
    for (auto& wire : wires_) consider(wire->next_deadline());
    return next;
  }
  void deliver() {
    for (auto& each : clients_) {
      while (auto packet = each->up->poll(now_)) relay_->side.on_datagram(now_, each->where, packet->content.octets);
      while (auto packet = each->down->poll(now_)) each->side.on_datagram(now_, relay_path_, packet->content.octets);
    }
    for (auto& wire : wires_) wire->deliver(now_);
    const auto tick = [&](node& each) {
      const auto deadline = each.side.next_deadline();
      if (deadline && *deadline <= now_) each.side.on_timeout(now_);
    };
    tick(*relay_);
    for (auto& each : clients_) tick(*each);
  }

  std::uint64_t seed_;
  time_point now_;
  path relay_path_{address::v4(10, 0, 0, 2, 7777), 0};
  std::shared_ptr<x25519_keypair> relay_key_;
  std::unique_ptr<node> relay_;
  std::vector<std::unique_ptr<client_node>> clients_;
  std::vector<std::unique_ptr<stream_wire>> wires_;
  trace_hash trace_;
};

}  // namespace tern::sim
