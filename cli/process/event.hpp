// Something that coroutines of one thread wait for and that others make known.
#pragma once

#include "udp/net.hpp"

namespace tern::cli {

class event {
 public:
  explicit event(const net::any_io_executor& executor) : timer_(executor) { timer_.expires_at(never); }

  // Everyone who waits now goes on; who waits later waits for the next time.
  void notify() { timer_.cancel(); }

  // Check the condition before and after: this may also return without a reason.
  net::awaitable<void> wait() { co_await timer_.async_wait(net::as_result); }

 private:
  static constexpr auto never = net::steady_timer::time_point::max();
  net::steady_timer timer_;
};

}  // namespace tern::cli
