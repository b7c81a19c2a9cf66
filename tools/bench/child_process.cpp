#include "tools/bench/child_process.hpp"

#include "tools/bench/system_call.hpp"

#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <exception>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tern::bench {

namespace {

void fail(tally& shared, const char* text) {
  if (shared.has_failed) return;
  std::strncpy(shared.failure.data(), text, shared.failure.size() - 1);
  shared.has_failed = true;
}

[[noreturn]] void run(const contender::side& side, const workload& work, tally& shared) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    side(work, shared);
  } catch (const std::exception& error) {
    fail(shared, error.what());
  }
  ::_exit(0);
}

}  // namespace

child_process::child_process(const contender::side& side, const workload& work, tally& shared)
    : pid_(static_cast<pid_t>(checked(::fork(), "fork"))) {
  if (pid_ == 0) run(side, work, shared);
}

child_process::~child_process() { join(); }

double child_process::cpu_seconds() const {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

bool child_process::has_ended() { return ::waitpid(pid_, nullptr, WNOHANG) != 0; }

void child_process::join() {
  if (pid_ < 0) return;
  constexpr auto grace = std::chrono::seconds{2};
  const auto until = std::chrono::steady_clock::now() + grace;
  while (!has_ended()) {
    if (std::chrono::steady_clock::now() > until) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  pid_ = -1;
}

}  // namespace tern::bench
