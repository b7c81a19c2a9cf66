#include "tools/link/emulator/far_commands.hpp"

#include "tools/link/emulator/failure.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tern::link_emulator {

namespace {

using namespace std::chrono_literals;
constexpr auto patience = 2s;

[[noreturn]] void become_shell(const std::string& line) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

void far_commands::start(const std::string& line) {
  const pid_t child = checked(::fork(), "fork");
  if (child == 0) become_shell(line);
  ::setpgid(child, child);
  running_.push_back(child);
}

far_commands::~far_commands() {
  signal_all(SIGTERM);
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!have_ended() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(5ms);
  signal_all(SIGKILL);
}

void far_commands::signal_all(int number) const {
  for (const pid_t each : running_) ::kill(-each, number);
}

bool far_commands::have_ended() {
  std::erase_if(running_, [](pid_t each) { return ::waitpid(each, nullptr, WNOHANG) == each; });
  return running_.empty();
}

}  // namespace tern::link_emulator
