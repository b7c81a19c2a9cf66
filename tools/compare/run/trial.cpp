#include "tools/compare/run/trial.hpp"

#include "tools/compare/run/shared_trial.hpp"
#include "tools/compare/run/side_process.hpp"
#include "tools/compare/run/trial_watch.hpp"
#include "udp/clock.hpp"

#include <algorithm>
#include <optional>

namespace tern::compare {

namespace {

using udp::clock;

constexpr duration look_every = std::chrono::milliseconds{5};

duration last_delivery(const std::vector<message_record>& messages) {
  duration last{};
  for (const message_record& each : messages) last = std::max(last, each.delivered.value_or(duration{}));
  return last;
}

trial_record record_of(const trial_setting& setting, const shared_trial& shared, const link_reading& traffic,
                       bool is_impaired) {
  const shared_board& board = shared.board();
  trial_record record;
  record.messages = shared.messages(setting.work);
  record.message_bytes = setting.work.message_bytes;
  record.repetitions = shared.repetitions();
  record.connecting = duration{board.connecting};
  record.length = last_delivery(record.messages);
  if (is_impaired) {
    record.wire_bytes = traffic.wire_bytes;
    record.network_lost = traffic.lost;
    record.emulator_missed = traffic.missed;
  } else if (board.wire_bytes > 0) {
    record.wire_bytes = board.wire_bytes;
  }
  // A socket counts what fails its checksum there as well; that was the link's doing.
  const std::uint64_t drops = board.sender_drops + board.receiver_drops;
  record.socket_drops = drops - std::min(drops, traffic.damaged);
  record.sender_cpu = duration{board.sender_cpu};
  record.receiver_cpu = duration{board.receiver_cpu};
  return record;
}

// Lanes share a connection of tern's; the kernel's have nothing else than connections.
std::uint32_t connections_of(const trial_setting& setting) {
  return setting.how.how == carrier::raw_tcp ? setting.work.lanes : 1;
}

// The receiver first: the sender asks for its key and talks to it at once.
class running_sides {
 public:
  running_sides(const trial_setting& setting, shared_trial& shared, trial_sockets sockets)
      : setting_{setting}, shared_{shared}, sockets_{std::move(sockets)} {
    receiver_.emplace(receiver_of(setting.how.how), task(std::move(sockets_.receiver)));
  }
  ~running_sides() { stop(); }
  running_sides(const running_sides&) = delete;
  running_sides& operator=(const running_sides&) = delete;

  // Starts the sender when the receiver is there. Says when a side ended by itself.
  bool look() {
    if (!sender_ && shared_.board().is_ready) {
      sender_.emplace(sender_of(setting_.how.how), task(std::move(sockets_.sender)));
    }
    return !receiver_->has_ended() && !(sender_ && sender_->has_ended());
  }
  void stop() {
    shared_.board().stop = true;
    if (sender_) sender_->join();
    receiver_->join();
  }

 private:
  side_task task(std::vector<udp::descriptor> sockets) {
    return {setting_.how, setting_.work, shared_, std::move(sockets), sockets_.target};
  }

  const trial_setting& setting_;
  shared_trial& shared_;
  trial_sockets sockets_;
  std::optional<side_process> receiver_;
  std::optional<side_process> sender_;
};

}  // namespace

trial_result run_trial(const trial_setting& setting, const std::function<void(trial_progress)>& on_progress) {
  link_emulator::event_loop loop;
  const auto link = make_backend(setting.link, loop, setting.plan);
  shared_trial shared{setting.work};
  running_sides sides{setting, shared, link->open(setting.how.how, connections_of(setting))};
  trial_watch watch{setting.how, setting.work, shared, *link, clock::now()};
  trial_result result;
  link_emulator::alarm look{loop, [&] {
                              const auto now = clock::now();
                              const bool are_there = sides.look();
                              on_progress({shared.board().sent, shared.board().delivered});
                              if (watch.look(now)) return loop.stop();
                              if (!are_there) {
                                result.failure = "a side ended before the trial did";
                                return loop.stop();
                              }
                              look.set(now + look_every);
                            }};
  look.set(clock::now());
  loop.run();
  const link_reading traffic = watch.traffic();
  sides.stop();
  if (!watch.failure().empty()) result.failure = watch.failure();
  if (result.failure.empty()) result.record = record_of(setting, shared, traffic, link->impairs(setting.how.how));
  return result;
}

}  // namespace tern::compare
