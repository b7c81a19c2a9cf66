// What the system call that has just failed said of it.
#pragma once

#include <cerrno>
#include <system_error>

namespace tern::udp {

inline std::error_code last_error() { return {errno, std::system_category()}; }

}  // namespace tern::udp
