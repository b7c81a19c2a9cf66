#include "relay/server/descriptor_budget.hpp"

#include <fcntl.h>
#include <limits>
#include <sys/resource.h>
#include <unistd.h>

namespace tern::relay {

namespace {

// SQLite opens its temporary files and the folder for a moment, name lookups a socket, a
// backup its file; and the control socket has a few connections.
constexpr rlim_t kept_back = 10;

// The system gives the lowest free number, and nothing has been closed in between so far.
rlim_t open_descriptors() {
  const int next = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  if (next < 0) return 0;
  ::close(next);
  return static_cast<rlim_t>(next);
}

}  // namespace

std::size_t claim_descriptors_for_streams() {
  ::rlimit allowed{};
  if (::getrlimit(RLIMIT_NOFILE, &allowed) != 0) return 0;
  ::rlimit wanted{allowed.rlim_max, allowed.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) allowed = wanted;
  if (allowed.rlim_cur == RLIM_INFINITY) return std::numeric_limits<std::size_t>::max();
  const rlim_t taken = open_descriptors() + kept_back;
  return allowed.rlim_cur > taken ? allowed.rlim_cur - taken : 0;
}

}  // namespace tern::relay
