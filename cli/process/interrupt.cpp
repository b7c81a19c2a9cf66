#include "cli/process/interrupt.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <initializer_list>
#include <unistd.h>

namespace tern::cli {

namespace {
volatile std::sig_atomic_t pending = 0;
volatile std::sig_atomic_t wake_end = -1;
int wait_end = -1;

void on_signal(int number) {
  if (pending != 0) ::_exit(128 + number);
  pending = number;
  const int saved = errno;
  const char octet = 0;
  if (::write(wake_end, &octet, 1) < 0) {
    // Nothing to do here: pending_signal() still tells.
  }
  errno = saved;
}

// What a parent told us to ignore (nohup) stays ignored.
void handle(int number) {
  struct sigaction action {};
  ::sigaction(number, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = on_signal;  // without SA_RESTART: a blocked write or read must notice
  ::sigaction(number, &action, nullptr);
}
}  // namespace

void install_signal_handlers() {
  if (wait_end >= 0) return;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
    wait_end = ends[0];
    wake_end = ends[1];
  }
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) handle(number);
}

int pending_signal() { return pending; }

int signal_descriptor() { return wait_end; }

}  // namespace tern::cli
