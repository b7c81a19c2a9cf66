// People, their links, the relay and its disk in virtual time: one thread, no clock, the
// same seed gives the same trace. Carries datagrams and gives everyone their turn; who
// does what, and which faults come when, is chat_story's business.
#pragma once

#include "tests/sim/chat/attacker.hpp"
#include "tests/sim/chat/chat_relay.hpp"
#include "tests/sim/chat/person.hpp"
#include "tests/sim/world.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tern::sim {

class chat_world {
 public:
  chat_world(std::uint64_t seed, proto::duration disk_turn_max)
      : seed_(seed), relay_(seed * 7919 + 1, disk_turn_max, [this] { return wall(); }) {
    relay_.disk().on_durable = [this](const auto& request, const auto& result) {
      trace_.add(result.position.value);
      judge_.on_durable(request, result);
    };
    relay_.on_finished = [this](const auto& event) {
      for (auto& wire : wires_) wire->on_finished(relay_.side(), event);
    };
    relay_.on_kill = [this] { lose(relay_.side()); };
    relay_.start(now_);
  }

  proto::time_point now() const { return now_; }
  proto::wall_time wall() const {
    return proto::wall_time{std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()) +
                            std::chrono::hours{24 * 365 * 50}};
  }
  chat_relay& relay() { return relay_; }
  promises& judge() { return judge_; }
  std::vector<std::unique_ptr<person>>& people() { return people_; }
  std::uint64_t trace() const { return trace_.value(); }
  void record(std::uint64_t what) { trace_.add(what); }

  struct newcomer {
    link_model::impairments up;
    link_model::impairments down;
    pipe_conditions pipe_up;
    pipe_conditions pipe_down;
    transport_choice transport = transport_choice::udp;
    std::string name;
    bool early_data = true;
    bool knows_key = true;
    bool keeps_outboxes = false;
    std::chrono::seconds clock_error{};
  };
  person& add(newcomer who) {
    const std::size_t index = people_.size();
    proto::test::seeded_entropy source{seed_ * 1000 + index};
    chat_client_options options;
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(source));
    if (who.knows_key) options.relay_key = relay_.key();
    options.relay = relay_path.remote;
    options.early_data = who.early_data;
    options.transport = who.transport;
    options.name = std::move(who.name);
    if (who.keeps_outboxes) options.disk = std::make_shared<udp::memory_disk>();
    options.wall = [this, error = who.clock_error] { return wall() + error; };
    auto& fresh =
        *people_.emplace_back(std::make_unique<person>(index, seed_ * 1000 + index * 100, judge_, std::move(options)));
    fresh.may_switch = who.transport == transport_choice::automatic;
    fresh.up = std::make_unique<link_model::link>(who.up, seed_ * 77 + index * 2U, now_);
    fresh.down = std::make_unique<link_model::link>(who.down, seed_ * 77 + index * 2U + 1, now_);
    fresh.on_stream = [this, &fresh, up = who.pipe_up, down = who.pipe_down](proto::connection_handle handle) {
      const proto::path from{proto::address::v4(10, 0, 0, 1, next_port_++), 0};
      wires_.push_back(std::make_unique<stream_wire>(fresh.process().side(), handle,
                                                     relay_.is_up() ? &relay_.side() : nullptr, from, up, down,
                                                     seed_ * 131 + ++wires_made_, now_));
    };
    fresh.on_finished = [this, &fresh](const auto& event) {
      for (auto& wire : wires_) wire->on_finished(fresh.process().side(), event);
    };
    fresh.on_end = [this, &fresh] {
      switches_ += fresh.process().route().switch_count();
      lose(fresh.process().side());
    };
    move(fresh);
    return fresh;
  }
  // The network breaks a stream, or lets nothing through one way for a while.
  std::vector<std::unique_ptr<stream_wire>>& wires() { return wires_; }
  std::uint64_t streams() const { return wires_made_; }
  // Connections that took the place of one that still lived.
  std::uint64_t switches() const {
    std::uint64_t all = switches_;
    for (const auto& each : people_) all += each->is_running() ? each->process().route().switch_count() : 0;
    return all;
  }
  // To a port of its own, never used before.
  void move(person& who) { who.where = {proto::address::v4(10, 0, 0, 1, next_port_++), 0}; }
  void release_attacker() { attacker_.emplace(seed_ ^ 0xbadU); }

  // Called once a turn; when it wants to be called although nothing else happens.
  std::function<void()> on_turn = [] {};
  std::function<std::optional<proto::time_point>()> next_turn = [] { return std::optional<proto::time_point>{}; };

  bool run_until(const std::function<bool()>& done, proto::duration limit) {
    const proto::time_point until = now_ + limit;
    for (std::size_t turns_at_once = 0; turns_at_once < turns_at_once_max; ++turns_at_once) {
      turn();
      if (done()) return true;
      const auto next = next_event();
      if (!next || *next > until) {
        now_ = until;
        return false;
      }
      if (*next > now_) turns_at_once = 0;
      now_ = std::max(now_, *next);
      deliver();
    }
    ADD_FAILURE() << "time stands still";
    return false;
  }

 private:
  static constexpr std::size_t turns_at_once_max = 10'000;
  inline static const proto::path relay_path{proto::address::v4(10, 0, 0, 2, 7777), 0};

  void turn() {
    on_turn();
    do {
      relay_.take_turn(now_);
      for (auto& each : people_)
        if (each->is_awake(now_)) each->process().take_turn(now_);
    } while (transmit_all());
  }
  bool transmit_all() {
    bool has_sent = relay_.is_up() && transmit(relay_.side(), nullptr);
    for (auto& each : people_)
      if (each->is_awake(now_) && transmit(each->process().side(), each.get())) has_sent = true;
    return transmit_streams() || has_sent;
  }
  bool transmit_streams() {
    const auto tell_ready = [this](proto::endpoint& at, bool asleep) {
      for (auto& wire : wires_) wire->set_asleep(at, asleep);
      while (const auto stream = at.poll_stream_ready())
        for (auto& wire : wires_) wire->on_ready(at, *stream);
    };
    if (relay_.is_up()) tell_ready(relay_.side(), false);
    for (auto& each : people_)
      if (each->is_running()) tell_ready(each->process().side(), !each->is_awake(now_));
    bool has_sent = false;
    for (auto& wire : wires_) has_sent |= wire->transmit(now_);
    return has_sent;
  }
  void lose(const proto::endpoint& side) {
    for (auto& wire : wires_) wire->lose(side, now_);
  }
  bool transmit(proto::endpoint& from, person* who) {
    std::array<std::uint8_t, proto::limits::datagram_bytes_max> buffer{};
    bool has_sent = false;
    while (const auto sent = from.poll_transmit(now_, buffer)) {
      has_sent = true;
      const proto::byte_view datagram{buffer.data(), sent->size};
      trace_.add(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
      trace_.add(datagram);
      if (who == nullptr) {
        if (person* to = person_at(sent->to)) to->down->offer(now_, datagram);
      } else {
        who->up->offer(now_, datagram);
        if (attacker_) attacker_->on_datagram(now_, datagram);
      }
    }
    return has_sent;
  }
  person* person_at(const proto::path& where) {
    for (auto& each : people_)
      if (each->where.remote == where.remote) return each.get();
    return nullptr;
  }
  std::optional<proto::time_point> next_event() {
    std::optional<proto::time_point> next = next_turn();
    const auto consider = [&](std::optional<proto::time_point> other) {
      if (other && (!next || *other < *next)) next = other;
    };
    consider(relay_.next_deadline());
    if (attacker_) consider(attacker_->next_deadline());
    for (auto& each : people_) {
      if (each->is_awake(now_)) consider(each->process().next_deadline());
      if (each->sleeps_until > now_) consider(each->sleeps_until);
      consider(each->up->next_deadline());
      consider(each->down->next_deadline());
    }
    for (auto& wire : wires_) consider(wire->next_deadline());
    return next;
  }
  void deliver() {
    for (auto& each : people_) {
      while (auto packet = each->up->poll(now_)) relay_.on_datagram(now_, each->where, packet->content.octets);
      while (auto packet = each->down->poll(now_))
        if (each->is_awake(now_)) each->process().side().on_datagram(now_, relay_path, packet->content.octets);
    }
    for (auto& wire : wires_) wire->deliver(now_);
    std::erase_if(wires_, [](const auto& wire) { return wire->is_over(); });
    if (!attacker_) return;
    while (auto datagram = attacker_->poll(now_)) relay_.on_datagram(now_, attacker_->draw_path(), *datagram);
  }

  std::uint64_t seed_;
  proto::time_point now_{std::chrono::hours{1}};
  promises judge_;
  trace_hash trace_;
  chat_relay relay_;
  std::vector<std::unique_ptr<person>> people_;
  std::vector<std::unique_ptr<stream_wire>> wires_;
  std::uint64_t wires_made_ = 0;
  std::uint64_t switches_ = 0;
  std::optional<attacker> attacker_;
  std::uint16_t next_port_ = 5000;
};

}  // namespace tern::sim
