// Runs one coroutine on an io_context of its own until it is done or a signal asks to finish.
#pragma once

#include "cli/exit_code.hpp"
#include "udp/net.hpp"

#include <functional>
#include <system_error>
#include <vector>

namespace tern::cli {

enum class on_signal { stop, leave_to_main };

// Gives back what `main` returns and throws what it throws. A signal throws interrupted, whatever `main` waits for,
// unless `main` waits for signals itself.
exit_code run_until_done(net::awaitable<exit_code> main, on_signal reaction = on_signal::stop);

// Waits for the signal that asks to finish.
class signal_wait {
 public:
  explicit signal_wait(const net::any_io_executor& executor);
  signal_wait(const signal_wait&) = delete;
  signal_wait& operator=(const signal_wait&) = delete;
  ~signal_wait();

  net::awaitable<int> wait();  // its number; 0 after cancel()
  void cancel();

 private:
  asio::posix::stream_descriptor pipe_;
};

// Runs all parts at once, and ends when all have ended, with the first error. A part's error does not end the others.
net::awaitable<std::error_code> run_together(std::vector<net::awaitable<std::error_code>> parts);

}  // namespace tern::cli
