// What happens in one seed: people say and read things while the faults that were drawn
// come and go; then everything heals, and the promises of relay.md, section 1, are due.
#pragma once

#include "tests/sim/bad_link.hpp"
#include "tests/sim/bad_pipe.hpp"
#include "tests/sim/chat/chat_plan.hpp"
#include "tests/sim/chat/chat_world.hpp"

#include <map>
#include <string>

namespace tern::sim {

class chat_story {
 public:
  explicit chat_story(std::uint64_t seed)
      : source_(seed), plan_(draw_plan(source_)), world_(seed, plan_.disk_turn_max) {
    for (std::size_t i = 0; i < plan_.people; ++i) add_person(i);
    if (plan_.has_ghost) add_ghost();
    if (plan_.replayed) world_.release_attacker();
    heals_at_ = world_.now() + plan_.chaos;
    world_.on_turn = [this] { take_turn(); };
    world_.next_turn = [this] { return agenda_.empty() ? std::nullopt : std::optional{agenda_.begin()->first}; };
    plan_faults();
  }

  const chat_plan& plan() const { return plan_; }
  chat_world& world() { return world_; }
  const std::string& told() const { return told_; }

  void run() {
    world_.run_until([this] { return has_healed_; }, plan_.chaos + std::chrono::seconds{1});
    const bool is_content = world_.run_until([this] { return everyone_is_content(); }, std::chrono::seconds{60});
    EXPECT_TRUE(is_content) << describe_people();
    // Late copies must change nothing.
    world_.run_until([] { return false; }, std::chrono::seconds{5});
    EXPECT_TRUE(!is_content || everyone_is_content());
    world_.judge().check_all(world_.relay().disk().store());
  }

 private:
  using action = std::function<void()>;

  proto::duration draw_time(std::uint64_t low, std::uint64_t high) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(source_.between(low, high))};
  }
  void at(proto::time_point when, action what) { agenda_.emplace(when, std::move(what)); }
  void after(proto::duration pause, action what) { at(world_.now() + pause, std::move(what)); }
  bool is_chaos() const { return !has_healed_; }

  void take_turn() {
    while (!agenda_.empty() && agenda_.begin()->first <= world_.now()) {
      const action next = std::move(agenda_.extract(agenda_.begin()).mapped());
      next();
    }
    for (auto& each : world_.people()) finish_quitting(*each);
    if (world_.relay().is_up() && world_.relay().has_fault()) restart_relay();
  }

  // People.

  link_model::impairments draw_link() {
    if (plan_.bad_links) return draw_bad_link(source_);
    return good_link();
  }
  static link_model::impairments good_link() {
    link_model::impairments link;
    link.delay = std::chrono::milliseconds{20};
    return link;
  }
  chat_world::newcomer draw_newcomer(std::size_t index) {
    chat_world::newcomer who;
    who.up = draw_link();
    who.down = draw_link();
    if (plan_.bad_links) {
      who.pipe_up = draw_bad_pipe(source_);
      who.pipe_down = draw_bad_pipe(source_);
    }
    if (plan_.uses_streams && source_.chance(0.8))
      who.transport = source_.chance(0.4) ? transport_choice::tcp : transport_choice::automatic;
    who.early_data = source_.chance(0.8);
    who.knows_key = source_.chance(0.6);
    who.keeps_outboxes = plan_.outboxes_kept;
    told_ += "  up: " + sim::describe(who.up) + "\n  down: " + sim::describe(who.down) +
             "\n  stream up: " + sim::describe(who.pipe_up) + "\n  stream down: " + sim::describe(who.pipe_down) +
             "\n  transport " + std::to_string(static_cast<int>(who.transport)) + '\n';
    if (source_.chance(0.6)) who.name = "person" + std::to_string(index);
    if (plan_.clocks_differ)
      who.clock_error = std::chrono::seconds{static_cast<std::int64_t>(source_.between(0, 2400)) - 1200};
    return who;
  }
  void add_person(std::size_t index) {
    person& fresh = world_.add(draw_newcomer(index));
    watch(fresh);
    history_of_[&fresh] = draw_history();
    left_to_say_[&fresh] = plan_.messages;
    after(draw_time(0, 2'000), [this, &fresh] { come(fresh); });
    at(world_.now() + draw_time(0, 2'000), [this, &fresh] { act(fresh); });
  }
  // Nothing reaches it, so the relay never hears of it but by early data.
  void add_ghost() {
    chat_world::newcomer who;
    who.up = draw_link();
    who.down = good_link();
    who.name = "ghost";
    person& ghost = world_.add(std::move(who));
    watch(ghost);
    ghost.down->set_blocked(world_.now(), true);
    history_of_[&ghost] = draw_history();
    left_to_say_[&ghost] = 5;
    after(draw_time(0, 2'000), [this, &ghost] {
      come(ghost);
      for (int i = 0; i < 3; ++i) say_something(ghost);
    });
  }
  void watch(person& who) {
    who.on_event = [this](const chat::session_event& event) {
      world_.record(event.index());
      const auto* change = std::get_if<chat::presence_changed>(&event);
      if (change == nullptr || change->change.what == chat::presence_change::left) return;
      EXPECT_TRUE(world_.relay().was_validated(proto::identity_key{change->change.key}))
          << "early data made someone present";
    };
  }

  // How a room is joined first: all of it, some of it, or from now on.
  chat::join_options draw_history() {
    chat::join_options how;
    const auto draw = source_.below(3);
    if (draw == 0) how.from = chat::cursor{};
    if (draw == 1) how.backlog_max = static_cast<std::uint32_t>(source_.between(1, 300));
    how.announce = source_.chance(0.7);
    return how;
  }

  void come(person& who) {
    if (who.is_running()) return;
    world_.move(who);
    who.start(world_.now());
    who.join(chat::destination::own_inbox(), who.inbox(), {.from = chat::cursor{}, .announce = false});
    who.join(lobby(), "room lobby", history_of_.at(&who));
    if (source_.chance(0.3)) who.join(chat::destination::room("garden"), "room garden", history_of_.at(&who));
  }
  static chat::destination lobby() { return chat::destination::room("lobby"); }

  void act(person& who) {
    if (!is_chaos()) return;
    if (who.is_awake(world_.now()) && !who.is_quitting) do_something(who);
    const bool in_bursts = plan_.messages > 100;
    after(draw_time(1, in_bursts ? 100 : 1'200), [this, &who] { act(who); });
  }
  void do_something(person& who) {
    if (plan_.processes_crash && source_.chance(0.03)) {
      who.end();
      return after(draw_time(0, 8'000), [this, &who] { come(who); });
    }
    if (plan_.people_leave && source_.chance(0.04)) {
      who.is_quitting = true;
      return;
    }
    if (plan_.people_leave && source_.chance(0.08)) return change_room(who);
    for (auto burst = source_.chance(0.1) ? source_.between(2, 40) : 1; burst > 0; --burst) say_something(who);
  }
  void change_room(person& who) {
    if (who.has_joined(lobby())) {
      who.leave(lobby());
    } else {
      who.join(lobby(), "room lobby", history_of_.at(&who));
    }
  }
  void say_something(person& who) {
    if (left_to_say_[&who] == 0) return;
    --left_to_say_[&who];
    const std::size_t size = source_.chance(0.05) ? source_.between(5'000, 30'000) : source_.between(0, 200);
    std::optional<proto::duration> timeout;
    if (source_.chance(0.05)) timeout = draw_time(20, 3'000);
    if (source_.chance(0.7)) return who.say(lobby(), "room lobby", size, timeout, world_.now());
    if (source_.chance(0.3))
      return who.say(chat::destination::room("garden"), "room garden", size, timeout, world_.now());
    const person& to = *world_.people()[source_.below(world_.people().size())];
    const bool by_name = !to.name().empty() && source_.chance(0.5);
    who.say(by_name ? chat::destination::person(to.name()) : chat::destination::person(to.key().octets), to.inbox(),
            size, timeout, world_.now());
  }
  // An orderly end waits until everything is decided.
  void finish_quitting(person& who) {
    if (!who.is_awake(world_.now()) || !who.is_quitting || who.has_left || !who.process().talk().is_drained()) return;
    who.process().leave(world_.now());
    who.has_left = true;
    // After the good-bye has left.
    after(std::chrono::milliseconds{1}, [this, &who] {
      who.end();
      after(draw_time(0, 8'000), [this, &who] { come(who); });
    });
  }

  // Faults.

  void plan_faults() {
    const auto in_chaos = [this] { return world_.now() + draw_time(500, chaos_milliseconds()); };
    for (std::size_t i = 0; i < plan_.kills; ++i) at(in_chaos(), [this] { restart_relay(); });
    if (plan_.disk_fills)
      for (auto times = source_.between(1, 20); times > 0; --times) at(in_chaos(), [this] { fill_disk(); });
    if (plan_.disk_breaks) at(in_chaos(), [this] { world_.relay().disk().store().break_down(); });
    if (plan_.ports_move)
      for (int i = 0; i < 5; ++i) at(in_chaos(), [this] { world_.move(draw_someone()); });
    for (std::size_t i = 0; i < plan_.breaks; ++i) at(in_chaos(), [this] { break_stream(); });
    for (std::size_t i = 0; i < plan_.switches; ++i) at(in_chaos(), [this] { switch_someone(); });
    for (std::size_t i = 0; i < plan_.partitions; ++i) at(in_chaos(), [this] { cut(draw_someone()); });
    for (std::size_t i = 0; i < plan_.sleeps; ++i)
      at(in_chaos(), [this] { draw_someone().sleeps_until = world_.now() + draw_absence(); });
    at(heals_at_, [this] { heal(); });
  }
  person& draw_someone() { return *world_.people()[source_.below(plan_.people)]; }
  proto::duration draw_absence() {
    const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(plan_.absence_max).count();
    return draw_time(100, static_cast<std::uint64_t>(longest));
  }
  void cut(person& who) {
    link_model::link& direction = source_.chance(0.5) ? *who.up : *who.down;
    direction.set_blocked(world_.now(), true);
    after(draw_absence(), [this, &direction] { direction.set_blocked(world_.now(), false); });
  }
  // For good, or it stalls one way until everything heals.
  void break_stream() {
    auto& wires = world_.wires();
    if (wires.empty()) return;
    stream_wire& wire = *wires[source_.below(wires.size())];
    if (source_.chance(0.5)) return wire.reset(world_.now());
    (source_.chance(0.5) ? wire.up() : wire.down()).stall(true);
  }
  void switch_someone() {
    person& who = draw_someone();
    if (!who.is_awake(world_.now()) || !who.may_switch) return;
    auto& route = who.process().route();
    const bool is_tcp = route.carrier() == transport::tcp;
    route.use(world_.now(), source_.chance(0.5) ? transport_choice::automatic
                            : is_tcp            ? transport_choice::udp
                                                : transport_choice::tcp);
  }
  std::uint64_t chaos_milliseconds() const {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(plan_.chaos).count());
  }
  // Also for so short that what was refused and what comes behind it meet in the relay's queue.
  void fill_disk() {
    const auto fill = [this](bool full) { world_.relay().disk().store().set_disk_full(full); };
    fill(true);
    after(source_.chance(0.7) ? draw_time(1, 60) : draw_time(100, 5'000), [fill] { fill(false); });
  }
  void restart_relay() {
    if (!world_.relay().is_up()) return;
    world_.relay().kill();
    after(draw_time(0, is_chaos() ? 6'000 : 0), [this] { world_.relay().start(world_.now()); });
  }

  void heal() {
    has_healed_ = true;
    world_.relay().start(world_.now());
    world_.relay().disk().store().set_disk_full(false);
    for (auto& wire : world_.wires()) {
      wire->up().stall(false);
      wire->down().stall(false);
    }
    for (auto& each : world_.people()) {
      each->up->set_impairments(world_.now(), good_link());
      each->down->set_impairments(world_.now(), good_link());
      each->up->set_blocked(world_.now(), false);
      each->down->set_blocked(world_.now(), false);
      each->sleeps_until = {};
      each->is_quitting = false;
      come(*each);
      if (!each->has_joined(lobby())) change_room(*each);
    }
  }
  bool everyone_is_content() {
    for (auto& each : world_.people())
      if (!each->is_running() || !each->is_content()) return false;
    return true;
  }
  std::string describe_people() {
    std::string text;
    for (auto& each : world_.people()) text += (each->is_running() ? each->describe() : "away") + '\n';
    return text;
  }

  proto::random source_;
  chat_plan plan_;
  chat_world world_;
  std::string told_;
  std::multimap<proto::time_point, action> agenda_;
  std::map<const person*, chat::join_options> history_of_;
  std::map<const person*, std::size_t> left_to_say_;
  proto::time_point heals_at_{};
  bool has_healed_ = false;
};

}  // namespace tern::sim
