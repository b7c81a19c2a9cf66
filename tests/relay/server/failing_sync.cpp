// Loaded into a relay before the system's library: syncing works until the file that
// $FAILING_SYNC_TRIGGER names is there, and fails with EIO from then on. As long as there
// is a file of that name with ".hangs" behind it, it says so and does neither.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <string>
#include <unistd.h>

namespace {

bool is_there(const std::string& ending) {
  const char* trigger = std::getenv("FAILING_SYNC_TRIGGER");
  return trigger != nullptr && ::access((trigger + ending).c_str(), F_OK) == 0;
}
bool is_hanging() { return is_there(".hangs"); }
bool is_failing() { return is_there(""); }

int sync_or_fail(const char* function, int fd) {
  constexpr timespec moment{0, 5'000'000};
  if (is_hanging()) std::fputs("the disk hangs\n", stderr);
  while (is_hanging()) ::nanosleep(&moment, nullptr);
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
