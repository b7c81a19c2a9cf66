// tern-relay: the relay as a program.
#include "relay/command/command.hpp"
#include "relay/server/options.hpp"
#include "relay/server/relay_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

// A standard stream that is closed would become the first thing that is opened, and what
// is printed would go into that. To print to a closed standard output stays an error.
void occupy_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
  }
}

// What somebody asked for and did not get is no success.
int after_printing(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  std::fprintf(stderr, "tern-relay: cannot write to standard output: %s\n",
               errno == EBADF ? "it is closed" : std::strerror(errno));
  return status == 0 ? 1 : status;
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  // Key, log, backups and all that SQLite puts beside them are the owner's alone.
  ::umask(077);
  if (const auto status = tern::relay::run_command(argc, argv)) return after_printing(*status);
  const auto line = tern::relay::parse_command_line(argc, argv);
  if (line.ends) {
    std::fputs(line.text.c_str(), line.status == 0 ? stdout : stderr);
    return after_printing(line.status);
  }
  // Whoever reads our output may go away; that is no reason to stop relaying.
  std::signal(SIGPIPE, SIG_IGN);
  // Where a file may not grow any more (RLIMIT_FSIZE), the write is to fail as on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  // A terminal that closes ends no relay, and neither does a wish to reload that comes too early or too late.
  std::signal(SIGHUP, SIG_IGN);
  try {
    return tern::relay::run_relay(line.run);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "tern-relay: %s\n", problem.what());
    return 1;
  }
}
