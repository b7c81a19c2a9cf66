#include "tools/compare/run/cpu_meter.hpp"

#include <sys/resource.h>

namespace tern::compare {

namespace {

duration of(const timeval& time) { return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec}; }

duration cpu_now() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return of(usage.ru_utime) + of(usage.ru_stime);
}

}  // namespace

void cpu_meter::look() {
  if (!before_ && board_.start != 0) before_ = cpu_now();
}

duration cpu_meter::used() const { return before_ ? cpu_now() - *before_ : duration{}; }

}  // namespace tern::compare
