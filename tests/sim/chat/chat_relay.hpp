// A relay that can be killed: endpoint, hub and shard as relay_process wires them, over a
// disk that outlives them.
#pragma once

#include "proto/endpoint.hpp"
#include "relay/server/shard.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"
#include "tests/sim/chat/slow_disk.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace tern::sim {

class chat_relay {
 public:
  chat_relay(std::uint64_t seed, proto::duration disk_turn_max, std::function<proto::wall_time()> wall)
      : entropy_(seed),
        disk_(seed ^ 0xd15cU, disk_turn_max),
        wall_(std::move(wall)),
        key_(std::make_shared<const proto::x25519_keypair>(proto::x25519_keypair::draw(entropy_))),
        stored_secret_(std::make_shared<const proto::secret<32>>(proto::secret<32>::draw(entropy_))) {}

  const proto::public_key& key() const { return key_->public_part(); }
  bool is_up() const { return running_ != nullptr; }
  slow_disk& disk() { return disk_; }
  proto::endpoint& side() { return running_->side; }
  const relay::hub& mind() const { return running_->mind; }
  // Keys that have ever proved to be present: their connection was more than early data.
  bool was_validated(const proto::identity_key& who) const { return validated_.contains(who.octets); }

  std::function<void(const proto::stream_finished&)> on_finished = [](const proto::stream_finished&) {};
  // It is about to be killed.
  std::function<void()> on_kill = [] {};

  void start(proto::time_point now) {
    if (!is_up()) running_ = std::make_unique<incarnation>(*this, now);
  }
  // Everything in memory is gone; nothing is said to anyone.
  void kill() {
    if (is_up()) on_kill();
    running_.reset();
    came_from_.clear();
    disk_.kill();
  }

  // Handshakes over UDP are lost on their way to it.
  void refuse_newcomers(bool refused) { refuses_newcomers_ = refused; }
  void on_datagram(proto::time_point now, const proto::path& from, proto::mutable_byte_view datagram) {
    constexpr std::uint8_t data_packet = 0x80;
    const bool is_data = datagram[0] == data_packet;
    if (is_up() && (is_data || !refuses_newcomers_)) side().on_datagram(now, from, datagram);
  }

  void take_turn(proto::time_point now) {
    disk_.on_time(now);
    if (!is_up()) return;
    if (const auto due = side().next_deadline(); due && *due <= now) side().on_timeout(now);
    if (const auto results = disk_.poll(now); !results.empty()) running_->carrier.on_results(results, now);
    while (auto event = side().poll_event()) {
      notice(*event);
      running_->carrier.on_event(now, std::move(*event));
    }
    running_->carrier.on_turn(now);
    disk_.on_time(now);
  }
  std::optional<proto::time_point> next_deadline() {
    if (!is_up()) return std::nullopt;
    auto next = disk_.next_deadline();
    for (const auto& other : {side().next_deadline(), running_->carrier.next_deadline()})
      if (other && (!next || *other < *next)) next = other;
    return next;
  }
  // What a supervisor does when the storage cannot be trusted any more.
  bool has_fault() { return disk_.store().fault().has_value(); }

 private:
  static constexpr std::uint64_t connection_queue_bytes = 320 * 1024;

  struct incarnation {
    incarnation(chat_relay& owner, proto::time_point now)
        : log(relay::log_level::off, relay::log_format::text),
          side(config_for(owner), owner.entropy_, now),
          mind(owner.disk_.store().snapshot().value(), relay::hub_limits{}, owner.entropy_),
          carrier(side, mind, surroundings_for(owner), log) {}
    relay::event_log log;
    proto::endpoint side;
    relay::hub mind;
    relay::shard carrier;
  };

  static proto::endpoint_config config_for(const chat_relay& owner) {
    proto::endpoint_config config;
    config.relay_key = owner.key_;
    config.stored_secret = owner.stored_secret_;
    config.queue_bytes_max = connection_queue_bytes;
    return config;
  }
  static relay::shard_surroundings surroundings_for(chat_relay& owner) {
    const auto hand_over = [&owner](auto request) { return owner.disk_.submit(std::move(request)); };
    return {hand_over, hand_over, hand_over, hand_over, owner.wall_, [] { return udp::driver_counters{}; }};
  }
  void notice(const proto::endpoint_event& event) {
    if (const auto* finished = std::get_if<proto::stream_finished>(&event)) on_finished(*finished);
    if (const auto* came = std::get_if<proto::accepted>(&event)) {
      came_from_[came->connection] = came->client.octets;
      if (!came->provisional) validated_.insert(came->client.octets);
    } else if (const auto* valid = std::get_if<proto::validated>(&event)) {
      // Where AUTH is still to come, `accepted` says the same later.
      const auto known = came_from_.find(valid->connection);
      if (known != came_from_.end()) validated_.insert(known->second);
    }
  }

  proto::test::seeded_entropy entropy_;
  slow_disk disk_;
  std::function<proto::wall_time()> wall_;
  std::shared_ptr<const proto::x25519_keypair> key_;
  std::shared_ptr<const proto::secret<32>> stored_secret_;
  std::map<proto::connection_handle, relay::client_key> came_from_;
  std::set<relay::client_key> validated_;
  bool refuses_newcomers_ = false;
  std::unique_ptr<incarnation> running_;
};

}  // namespace tern::sim
