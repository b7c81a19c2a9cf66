// Which faults a seed switches on, and a line that says so.
#pragma once

#include "proto/random.hpp"
#include "proto/time.hpp"

#include <sstream>
#include <string>

namespace tern::sim {

struct chat_plan {
  std::size_t people = 2;
  std::size_t messages = 30;  // of each
  bool bad_links = false;     // else 20 ms and nothing else
  std::size_t kills = 0;      // of the relay
  bool disk_fills = false;
  bool disk_breaks = false;      // fsync fails: the relay ends and is started again
  bool people_leave = false;     // a room, or with their process; and come back
  bool processes_crash = false;  // with what was undecided
  bool outboxes_kept = false;    // but for what they had kept
  bool ports_move = false;       // NAT forgets
  bool replayed = false;         // what was sent is sent again later from elsewhere
  bool has_ghost = false;        // one who hears nothing: only early data gets through
  bool clocks_differ = false;
  bool uses_streams = false;      // some people, always or in turn with datagrams
  std::size_t breaks = 0;         // of someone's stream
  std::size_t switches = 0;       // to another connection, make before break
  std::size_t partitions = 0;     // one direction of someone's link
  std::size_t sleeps = 0;         // of a client's process (SIGSTOP, a lid that is closed)
  proto::duration absence_max{};  // of both
  proto::duration disk_turn_max{};
  proto::duration chaos{};  // then everything heals
};

inline chat_plan draw_plan(proto::random& source) {
  using std::chrono::milliseconds;
  chat_plan plan;
  plan.people = source.between(2, 3);
  plan.messages = source.chance(0.1) ? 160 : source.between(10, 60);
  plan.bad_links = source.chance(0.8);
  plan.kills = source.chance(0.5) ? source.between(1, 4) : 0;
  plan.disk_fills = source.chance(0.25);
  plan.disk_breaks = source.chance(0.2);
  plan.people_leave = source.chance(0.5);
  plan.processes_crash = source.chance(0.3);
  plan.ports_move = source.chance(0.3);
  plan.replayed = source.chance(0.3);
  plan.has_ghost = source.chance(0.25);
  plan.clocks_differ = source.chance(0.3);
  plan.disk_turn_max = milliseconds{static_cast<std::int64_t>(source.chance(0.3) ? 60 : 4)};
  plan.chaos = milliseconds{static_cast<std::int64_t>(source.between(10'000, 40'000))};
  plan.partitions = source.chance(0.3) ? source.between(1, 6) : 0;
  plan.sleeps = source.chance(0.3) ? source.between(1, 6) : 0;
  plan.absence_max = std::chrono::seconds{20};
  plan.uses_streams = source.chance(0.5);
  plan.breaks = plan.uses_streams && source.chance(0.7) ? source.between(1, 10) : 0;
  plan.switches = source.chance(0.4) ? source.between(1, 20) : 0;
  plan.outboxes_kept = source.chance(0.5);
  if (plan.outboxes_kept) plan.processes_crash = plan.processes_crash || source.chance(0.6);
  if (source.chance(0.1)) {
    // Longer than the idle timeout.
    plan.chaos += std::chrono::seconds{120};
    plan.absence_max = std::chrono::seconds{100};
  }
  return plan;
}

inline std::string describe(const chat_plan& plan) {
  std::ostringstream text;
  text << plan.people << " people, " << plan.messages << " messages each, "
       << std::chrono::duration_cast<std::chrono::seconds>(plan.chaos).count() << " s";
  if (plan.kills > 0) text << ", " << plan.kills << " kills";
  if (plan.partitions > 0) text << ", " << plan.partitions << " partitions";
  if (plan.sleeps > 0) text << ", " << plan.sleeps << " sleeps";
  if (plan.breaks > 0) text << ", " << plan.breaks << " broken streams";
  if (plan.switches > 0) text << ", " << plan.switches << " switches";
  const auto tell = [&text](bool is_on, const char* what) {
    if (is_on) text << ", " << what;
  };
  tell(plan.uses_streams, "streams");
  tell(plan.bad_links, "bad links");
  tell(plan.disk_fills, "disk full");
  tell(plan.disk_breaks, "fsync fails");
  tell(plan.disk_turn_max > std::chrono::milliseconds{10}, "slow disk");
  tell(plan.people_leave, "leaving");
  tell(plan.processes_crash, "crashing");
  tell(plan.outboxes_kept, "outboxes kept");
  tell(plan.ports_move, "ports move");
  tell(plan.replayed, "replays");
  tell(plan.has_ghost, "a ghost");
  tell(plan.clocks_differ, "clocks differ");
  return text.str();
}

}  // namespace tern::sim
