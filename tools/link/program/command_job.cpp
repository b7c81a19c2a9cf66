#include "tools/link/program/command_job.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::link_program {

namespace {

constexpr int status_by_signal = 128;

// From the background that takes SIGTTOU to be blocked, which it is here.
void give_terminal_to(pid_t group) { ::tcsetpgrp(STDIN_FILENO, group); }

bool has_terminal() { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

}  // namespace

command_job::command_job(pid_t command) : command_{command}, is_foreground_{has_terminal()} {
  ::setpgid(command, command);  // it does so itself; whoever comes first
}

command_job::~command_job() {
  if (is_foreground_) give_terminal_to(::getpgrp());
}

void command_job::pass_on(int signal) const { ::kill(-command_, signal); }

std::optional<int> command_job::poll() {
  int status = 0;
  while (::waitpid(command_, &status, WNOHANG | WUNTRACED) == command_) {
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (WIFSIGNALED(status)) return status_by_signal + WTERMSIG(status);
    stop_with_it();
  }
  return std::nullopt;
}

void command_job::stop_with_it() const {
  if (is_foreground_) give_terminal_to(::getpgrp());
  ::raise(SIGSTOP);
  if (is_foreground_ && has_terminal()) give_terminal_to(command_);
  pass_on(SIGCONT);
}

}  // namespace tern::link_program
