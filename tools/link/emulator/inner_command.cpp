#include "tools/link/emulator/inner_command.hpp"

#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/keeper.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tern::link_emulator {

namespace {

void take_terminal() {
  std::signal(SIGTTOU, SIG_IGN);  // which a background group gets for this
  ::tcsetpgrp(STDIN_FILENO, ::getpid());
  std::signal(SIGTTOU, SIG_DFL);
}

void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const std::vector<std::string>& command) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));  // execvp only reads
  words.push_back(nullptr);
  ::execvp(words.front(), words.data());
  const int error = errno;
  std::fprintf(stderr, "tern-link: cannot run %s: %s\n", words.front(), std::strerror(error));
  ::_exit(error == ENOENT ? status_not_found : status_not_runnable);
}

[[noreturn]] void wait_and_become(const std::vector<std::string>& command, const descriptor_channel& channel) {
  ::prctl(PR_SET_PDEATHSIG, SIGHUP);
  ::setpgid(0, 0);
  std::vector<udp::descriptor> none;
  const auto start = channel.receive<start_signal>(none);
  if (!start) ::_exit(0);
  if (start->in_foreground) take_terminal();
  unblock_signals();
  become(command);
}

}  // namespace

pid_t fork_inner_command(const std::vector<std::string>& command, const descriptor_channel& channel) {
  const auto child =
      checked(static_cast<int>(::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, 0)), "fork");
  if (child == 0) wait_and_become(command, channel);
  return child;
}

}  // namespace tern::link_emulator
