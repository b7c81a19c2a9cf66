#include "tools/link/program/command_job.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::link_program {

namespace {

constexpr int status_by_signal = 128;

bool has_terminal() { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

}  // namespace

command_job::command_job(pid_t command) : command_{command}, has_given_terminal_{has_terminal()} {
  ::setpgid(command, command);  // it does so itself; whoever comes first
}

command_job::~command_job() { take_terminal(); }

void command_job::pass_on(int signal) const { ::kill(-command_, signal); }

void command_job::on_continued() {
  if (has_terminal()) give_terminal();
  pass_on(SIGCONT);
}

std::optional<int> command_job::poll() {
  int status = 0;
  while (::waitpid(command_, &status, WNOHANG | WUNTRACED) == command_) {
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (WIFSIGNALED(status)) return status_by_signal + WTERMSIG(status);
    if (WIFSTOPPED(status)) on_stopped(WSTOPSIG(status));
  }
  return std::nullopt;
}

void command_job::on_stopped(int signal) {
  // It wanted the terminal, which tern-link got in the meantime (`fg` of a shell).
  if ((signal == SIGTTIN || signal == SIGTTOU) && has_terminal()) return on_continued();
  take_terminal();
  ::raise(SIGSTOP);
}

void command_job::give_terminal() {
  ::tcsetpgrp(STDIN_FILENO, command_);
  has_given_terminal_ = true;
}

void command_job::take_terminal() {
  if (has_given_terminal_) ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  has_given_terminal_ = false;
}

}  // namespace tern::link_program
