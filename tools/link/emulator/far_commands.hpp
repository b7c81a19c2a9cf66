// The commands at a link's far end: servers, which run until the link ends.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace tern::link_emulator {

class far_commands {
 public:
  far_commands() = default;
  // Asks them to end (SIGTERM), and makes them (SIGKILL) after two seconds.
  ~far_commands();
  far_commands(const far_commands&) = delete;
  far_commands& operator=(const far_commands&) = delete;

  // /bin/sh -c LINE in the caller's namespaces, without input, in a process group of its
  // own. Throws failure.
  void start(const std::string& line);

 private:
  void signal_all(int number) const;
  bool have_ended();

  std::vector<pid_t> running_;
};

}  // namespace tern::link_emulator
