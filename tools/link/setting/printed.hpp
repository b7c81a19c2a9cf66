// The end of a program that prints what it was asked for: what is not out is no success.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tern::link_setting {

// The status to end with: `status`, or 1 where that is 0 and standard output did not take everything, which is said.
inline int after_printing(const char* program, int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  std::fprintf(stderr, "%s: cannot write to standard output: %s\n", program,
               errno == EBADF ? "it is closed" : std::strerror(errno));
  return status == 0 ? 1 : status;
}

}  // namespace tern::link_setting
