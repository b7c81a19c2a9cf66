// Waits for descriptors and for points in time, with the precision of timerfd(2): a
// link model's deadlines are worth nothing when they are a scheduler tick late.
#pragma once

#include "proto/time.hpp"
#include "udp/descriptor.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace tern::link_emulator {

class event_loop {
 public:
  using handler = std::function<void(std::uint32_t events)>;  // EPOLLIN and so on

  event_loop();
  // Calls `what` whenever `descriptor` has one of `events`, until forget(). A handler may
  // watch and forget anything, itself included.
  void watch(int descriptor, std::uint32_t events, handler what);
  void change(int descriptor, std::uint32_t events);
  // Before the descriptor is closed. Unknown ones are ignored.
  void forget(int descriptor);

  // Until stop().
  void run();
  void stop() { is_stopped_ = true; }

 private:
  void control(int operation, int descriptor, std::uint32_t events, std::uint64_t id);
  void dispatch(std::uint64_t id, std::uint32_t events);

  udp::descriptor epoll_;
  std::unordered_map<std::uint64_t, std::shared_ptr<handler>> handlers_;
  std::unordered_map<int, std::uint64_t> ids_;
  // Descriptors are used again at once, ids never: an event for a forgotten one finds nothing.
  std::uint64_t next_id_ = 1;
  bool is_stopped_ = false;
};

// One point in time on the steady clock.
class alarm {
 public:
  alarm(event_loop& loop, std::function<void()> what);
  ~alarm();
  alarm(const alarm&) = delete;
  alarm& operator=(const alarm&) = delete;

  // Replaces the one before; nothing: none.
  void set(std::optional<proto::time_point> when);

 private:
  event_loop& loop_;
  udp::descriptor timer_;
  std::optional<proto::time_point> set_to_;
};

}  // namespace tern::link_emulator
