// Loaded into a relay before the system's library: syncing works until the file that
// $FAILING_SYNC_TRIGGER names is there, and fails with EIO from then on.
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

namespace {

bool is_failing() {
  const char* trigger = std::getenv("FAILING_SYNC_TRIGGER");
  return trigger != nullptr && ::access(trigger, F_OK) == 0;
}

int sync_or_fail(const char* function, int fd) {
  if (is_failing()) {
    errno = EIO;
    return -1;
  }
  using sync_function = int (*)(int);
  return reinterpret_cast<sync_function>(::dlsym(RTLD_NEXT, function))(fd);
}

}  // namespace

extern "C" int fsync(int fd) { return sync_or_fail("fsync", fd); }
extern "C" int fdatasync(int fd) { return sync_or_fail("fdatasync", fd); }
