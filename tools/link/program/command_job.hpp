// The command as a job of the terminal that tern-link was started on, as a shell would
// have it: it is the foreground group while it runs, a signal to tern-link goes to all of
// its processes, and when it is stopped tern-link stops with it.
#pragma once

#include <optional>
#include <sys/types.h>

namespace tern::link_program {

class command_job {
 public:
  // The command leads a process group of its own and is a child of this process, which
  // blocks SIGTTOU.
  explicit command_job(pid_t command);
  // Takes the terminal back.
  ~command_job();
  command_job(const command_job&) = delete;
  command_job& operator=(const command_job&) = delete;

  // Whether the command should begin in the foreground: tern-link is there itself.
  bool begins_in_foreground() const { return has_given_terminal_; }
  void pass_on(int signal) const;
  // After SIGCONT: somebody put tern-link into the foreground, or woke it in the background.
  void on_continued();
  // After SIGCHLD: its exit status when it has ended, 128 and the signal's number when by one.
  std::optional<int> poll();

 private:
  void on_stopped(int signal);
  void give_terminal();
  void take_terminal();

  pid_t command_;
  bool has_given_terminal_;
};

}  // namespace tern::link_program
