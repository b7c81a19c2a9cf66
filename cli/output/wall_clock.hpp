// The time of day as text. The only place in the command that reads the wall clock.
#pragma once

#include <string>

namespace tern::cli {

std::string utc_now();    // 2026-11-21T04:19:27Z, for files and --json
std::string local_now();  // 04:19:27, for people

}  // namespace tern::cli
