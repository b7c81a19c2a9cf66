// tern-relay: the relay as a program.
#include "relay/command/command.hpp"
#include "relay/server/options.hpp"
#include "relay/server/relay_process.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

// A standard stream that is closed would become the first thing that is opened, and what
// is printed would go into that.
void occupy_standard_streams() {
  int opened = 0;
  while (opened >= 0 && opened <= STDERR_FILENO) opened = ::open("/dev/null", O_RDWR);
  if (opened >= 0) ::close(opened);
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  // Key, log, backups and all that SQLite puts beside them are the owner's alone.
  ::umask(077);
  if (const auto status = tern::relay::run_command(argc, argv)) return *status;
  const auto line = tern::relay::parse_command_line(argc, argv);
  if (line.ends) {
    std::fputs(line.text.c_str(), line.status == 0 ? stdout : stderr);
    return line.status;
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
