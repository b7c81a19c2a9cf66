#include "tools/compare/run/side_process.hpp"

#include "tools/link/emulator/failure.hpp"
#include "udp/clock.hpp"

#include <csignal>
#include <exception>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::compare {

namespace {

[[noreturn]] void become(side run, side_task task) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // A schedule is kept by timers that are not gathered.
  ::prctl(PR_SET_TIMERSLACK, 1);
  shared_trial& shared = task.shared;
  try {
    run(std::move(task));
  } catch (const std::exception& problem) {
    shared.fail(problem.what());
  }
  ::_exit(0);
}

}  // namespace

side_process::side_process(side run, side_task task) : pid_{link_emulator::checked(::fork(), "fork")} {
  if (pid_ == 0) become(run, std::move(task));
}

bool side_process::has_ended() {
  if (pid_ < 0) return true;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return false;
  pid_ = -1;
  return true;
}

void side_process::join() {
  constexpr auto grace = std::chrono::seconds{2};
  const auto until = udp::clock::now() + grace;
  while (!has_ended()) {
    if (udp::clock::now() < until) {
      ::poll(nullptr, 0, 2);
    } else {
      ::kill(pid_, SIGKILL);
    }
  }
}

}  // namespace tern::compare
