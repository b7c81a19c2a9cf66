#include "tools/link/emulator/event_loop.hpp"

#include "tools/link/emulator/failure.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <span>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <utility>

namespace tern::link_emulator {

event_loop::event_loop() : epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll")} {}

void event_loop::watch(int descriptor, std::uint32_t events, handler what) {
  const std::uint64_t id = next_id_++;
  handlers_[id] = std::make_shared<handler>(std::move(what));
  ids_[descriptor] = id;
  control(EPOLL_CTL_ADD, descriptor, events, id);
}

void event_loop::change(int descriptor, std::uint32_t events) {
  control(EPOLL_CTL_MOD, descriptor, events, ids_.at(descriptor));
}

void event_loop::forget(int descriptor) {
  const auto found = ids_.find(descriptor);
  if (found == ids_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  handlers_.erase(found->second);
  ids_.erase(found);
}

void event_loop::run() {
  std::array<epoll_event, 64> events{};
  while (!is_stopped_) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) throw system_failure("epoll", errno);
    for (const epoll_event& each : std::span{events}.first(static_cast<std::size_t>(std::max(count, 0)))) {
      dispatch(each.data.u64, each.events);
    }
  }
}

void event_loop::control(int operation, int descriptor, std::uint32_t events, std::uint64_t id) {
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.u64 = id;
  checked(::epoll_ctl(epoll_.get(), operation, descriptor, &wanted), "epoll");
}

void event_loop::dispatch(std::uint64_t id, std::uint32_t events) {
  const auto found = handlers_.find(id);
  if (found == handlers_.end() || is_stopped_) return;
  const auto what = found->second;  // lives on when it forgets itself
  (*what)(events);
}

alarm::alarm(event_loop& loop, std::function<void()> what)
    : loop_{loop}, timer_{checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd")} {
  loop_.watch(timer_.get(), EPOLLIN, [this, what = std::move(what)](std::uint32_t) {
    std::uint64_t expirations = 0;
    if (::read(timer_.get(), &expirations, sizeof expirations) < 0) return;  // set anew in the meantime
    set_to_.reset();
    what();
  });
}

alarm::~alarm() { loop_.forget(timer_.get()); }

void alarm::set(std::optional<proto::time_point> when) {
  if (when == set_to_) return;
  set_to_ = when;
  itimerspec setting{};
  if (when) {
    // Zero would disarm it; the steady clock's origin is long past.
    const auto since_origin = std::max(when->time_since_epoch(), proto::duration{1});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_origin);
    setting.it_value.tv_sec = seconds.count();
    setting.it_value.tv_nsec = (since_origin - seconds).count();
  }
  checked(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr), "timerfd");
}

}  // namespace tern::link_emulator
