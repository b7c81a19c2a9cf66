// Live rooms over bad links, with a relay that is killed: what is passed on reaches readers in
// one order, each place once or told as missing, and every speaker hears that it was passed on.
// (TERN_SIM_SEEDS of them, from TERN_SIM_FIRST on.)
#include "tests/sim/bad_link.hpp"
#include "tests/sim/chat/chat_client.hpp"
#include "tests/sim/chat/chat_relay.hpp"
#include "tools/link/model/link.hpp"

#include <array>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <set>

namespace tern::sim {
namespace {

namespace chat = proto::chat;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* wanted = std::getenv(variable);
  return wanted == nullptr ? otherwise : std::strtoull(wanted, nullptr, 10);
}

const chat::destination stage = chat::destination::room("stage");

// What was seen at a place of one run of the relay: the same by everyone.
using script = std::map<std::pair<chat::log_id, std::uint64_t>, std::string>;

class visitor {
 public:
  visitor(std::size_t index, std::uint64_t seed, chat_relay& relay, script& all, proto::time_point now)
      : index_(index),
        script_(all),
        where{proto::address::v4(10, 0, 0, 1, static_cast<std::uint16_t>(5000 + index)), 0} {
    proto::random source{seed};
    up = std::make_unique<link_model::link>(draw_bad_link(source), seed * 3 + 1, now);
    down = std::make_unique<link_model::link>(draw_bad_link(source), seed * 3 + 2, now);
    proto::test::seeded_entropy entropy{seed};
    chat_client_options options;
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(entropy));
    options.relay_key = relay.key();
    options.relay = proto::address::v4(10, 0, 0, 2, 7777);
    options.name = "visitor-" + std::to_string(index);
    options.wall = [] { return proto::wall_time{std::chrono::hours{24 * 365 * 50}}; };
    process = std::make_unique<chat_client>(seed, std::move(options), now);
    process->on_event = [this](const chat::session_event& event) {
      std::visit([this](const auto& what) { on(what); }, event);
    };
    process->start();
  }

  void say(proto::time_point now) {
    const std::string text = std::to_string(index_) + ' ' + std::to_string(said_++);
    const auto view = proto::as_bytes(text);
    ASSERT_TRUE(process->talk().say(stage, chat::body_kind::text, {view.begin(), view.end()}, {}, now));
  }
  void join() { ASSERT_TRUE(process->talk().join(stage, {})); }
  void declare() { ASSERT_TRUE(process->talk().ask_change(stage, {.what = chat::change_kind::live, .value = 1})); }

  std::uint64_t said() const { return said_; }
  std::uint64_t relayed() const { return relayed_; }
  std::uint64_t shown() const { return shown_; }
  std::uint64_t missed() const { return missed_; }
  bool has_declared() const { return has_declared_; }
  bool is_reading() const { return is_reading_; }
  bool has_seen(const std::string& text) const { return seen_.contains(text); }

 private:
  void on(const chat::message_committed& event) {
    EXPECT_FALSE(event.is_kept);
    ++relayed_;
  }
  void on(const chat::entry_received& event) {
    const std::string text{proto::as_text(event.message.body)};
    const std::uint64_t position = event.message.position.value;
    expect_next(event.log, position);
    const auto [known, is_new] = script_.try_emplace({event.log, position}, text);
    EXPECT_EQ(known->second, text) << "one order for everyone";
    seen_.insert(text);
    ++shown_;
    // In the order in which each speaker said it, as long as the relay remembers.
    const auto space = text.find(' ');
    const std::uint64_t number = std::stoull(text.substr(space + 1));
    auto& last = last_of_[{event.log, text.substr(0, space)}];
    EXPECT_GT(number + 1, last) << text << " again, or late";
    last = number + 1;
  }
  void on(const chat::gap_found& event) {
    EXPECT_EQ(event.missing.first.value, next_);
    missed_ += event.missing.last.value - event.missing.first.value + 1;
    next_ = event.missing.last.value + 1;
  }
  void on(const chat::epoch_changed& event) {
    run_ = event.epoch.log;
    next_ = 1;
  }
  void on(const chat::became_live& event) {
    run_ = event.log;
    EXPECT_TRUE(next_ == 0 || next_ == event.from.position.value + 1);
    next_ = event.from.position.value + 1;
    is_reading_ = true;
  }
  void on(const chat::change_made&) { has_declared_ = true; }
  template <class Other>
  void on(const Other&) {}
  void expect_next(const chat::log_id& run, std::uint64_t position) {
    EXPECT_EQ(run, run_);
    EXPECT_EQ(position, next_) << "each place once, and none passed over";
    next_ = position + 1;
  }

  std::size_t index_;
  script& script_;
  chat::log_id run_{};
  std::uint64_t next_ = 0;
  std::uint64_t said_ = 0;
  std::uint64_t relayed_ = 0;
  std::uint64_t shown_ = 0;
  std::uint64_t missed_ = 0;
  bool has_declared_ = false;
  bool is_reading_ = false;
  std::set<std::string> seen_;
  std::map<std::pair<chat::log_id, std::string>, std::uint64_t> last_of_;

 public:
  const proto::path where;
  std::unique_ptr<link_model::link> up;
  std::unique_ptr<link_model::link> down;
  std::unique_ptr<chat_client> process;
};

class stage_world {
 public:
  explicit stage_world(std::uint64_t seed) : relay(seed, milliseconds{4}, [] { return wall(); }) {
    relay.start(now);
    for (std::size_t i = 0; i < 3; ++i)
      visitors.push_back(std::make_unique<visitor>(i, seed * 10 + i, relay, said_on_stage, now));
  }
  static proto::wall_time wall() { return proto::wall_time{std::chrono::hours{24 * 365 * 50}}; }

  bool run_until(const std::function<bool()>& done, proto::duration limit) {
    const proto::time_point until = now + limit;
    for (;;) {
      turn();
      if (done()) return true;
      const auto next = next_event();
      if (!next || *next > until) {
        now = until;
        return false;
      }
      now = std::max(now, *next);
      deliver();
    }
  }
  // Their links are perfect from here on.
  void heal() {
    for (auto& each : visitors) {
      each->up = std::make_unique<link_model::link>(link_model::impairments{}, 1, now);
      each->down = std::make_unique<link_model::link>(link_model::impairments{}, 2, now);
    }
  }
  template <class Condition>
  bool all(Condition condition) {
    return std::all_of(visitors.begin(), visitors.end(), [&](const auto& each) { return condition(*each); });
  }

  proto::time_point now{seconds{3600}};
  chat_relay relay;
  script said_on_stage;
  std::vector<std::unique_ptr<visitor>> visitors;

 private:
  inline static const proto::path relay_path{proto::address::v4(10, 0, 0, 2, 7777), 0};

  void turn() {
    do {
      relay.take_turn(now);
      for (auto& each : visitors) each->process->take_turn(now);
    } while (transmit_all());
  }
  bool transmit_all() {
    bool has_sent = false;
    std::array<std::uint8_t, proto::limits::datagram_bytes_max> buffer{};
    const auto drain = [&](proto::endpoint& from, auto&& carry) {
      while (const auto sent = from.poll_transmit(now, buffer)) {
        carry(sent->to, proto::byte_view{buffer.data(), sent->size});
        has_sent = true;
      }
    };
    if (relay.is_up()) {
      drain(relay.side(), [&](const proto::path& to, proto::byte_view datagram) {
        for (auto& each : visitors)
          if (each->where.remote == to.remote) each->down->offer(now, datagram);
      });
    }
    for (auto& each : visitors)
      drain(each->process->side(),
            [&](const proto::path&, proto::byte_view datagram) { each->up->offer(now, datagram); });
    return has_sent;
  }
  std::optional<proto::time_point> next_event() {
    std::optional<proto::time_point> next = relay.next_deadline();
    for (auto& each : visitors)
      for (const auto& other : {each->process->next_deadline(), each->up->next_deadline(), each->down->next_deadline()})
        if (other && (!next || *other < *next)) next = other;
    return next;
  }
  void deliver() {
    for (auto& each : visitors) {
      while (auto packet = each->up->poll(now))
        if (relay.is_up()) relay.side().on_datagram(now, each->where, packet->content.octets);
      while (auto packet = each->down->poll(now))
        each->process->side().on_datagram(now, relay_path, packet->content.octets);
    }
  }
};

void play(std::uint64_t seed, std::uint64_t& shown, std::uint64_t& missed) {
  proto::random dice{seed};
  stage_world world{seed};
  const auto never = [] { return false; };
  world.visitors[0]->declare();
  ASSERT_TRUE(world.run_until([&] { return world.visitors[0]->has_declared(); }, seconds{60}));
  for (auto& each : world.visitors) each->join();
  for (int i = 0; i < 60; ++i) {
    world.visitors[dice.between(0, 2)]->say(world.now);
    world.run_until(never, milliseconds{static_cast<std::int64_t>(dice.between(1, 300))});
    if (!dice.chance(0.03)) continue;
    world.relay.kill();
    world.run_until(never, milliseconds{static_cast<std::int64_t>(dice.between(1, 3000))});
    world.relay.start(world.now);
  }
  world.heal();
  const auto is_settled = [&] {
    return world.all([](const visitor& each) { return each.is_reading() && each.relayed() == each.said(); });
  };
  ASSERT_TRUE(world.run_until(is_settled, seconds{120})) << "every speaker hears of it";
  // Whoever lost the connection without knowing finds out; then the stage is everyone's.
  world.run_until(never, seconds{90});
  world.visitors[1]->say(world.now);
  const std::string last = "1 " + std::to_string(world.visitors[1]->said() - 1);
  EXPECT_TRUE(world.run_until([&] { return world.all([&](const visitor& each) { return each.has_seen(last); }); },
                              seconds{10}));
  const auto kept = world.relay.disk().store().snapshot();
  for (const auto& log : kept->logs) EXPECT_EQ(log.head.value, 0U) << "nothing is kept";
  for (const auto& each : world.visitors) {
    shown += each->shown();
    missed += each->missed();
  }
}

TEST(LiveRoomSim, PassesOnInOneOrderEachPlaceOnceOrToldAsMissing) {
  const std::uint64_t first = number_from("TERN_SIM_FIRST", 1);
  const std::uint64_t seeds = number_from("TERN_SIM_SEEDS", 40);
  std::uint64_t shown = 0;
  std::uint64_t missed = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    play(seed, shown, missed);
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  std::cout << seeds << " seeds, " << shown << " shown, " << missed << " told as missing\n";
  EXPECT_GT(shown, missed);
}

}  // namespace
}  // namespace tern::sim
