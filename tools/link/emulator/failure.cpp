#include "tools/link/emulator/failure.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <system_error>

namespace tern::link_emulator {

failure system_failure(std::string_view what, int error) {
  return failure{fmt::format("{}: {}", what, std::generic_category().message(error))};
}

int checked(int result, std::string_view what) {
  if (result < 0) throw system_failure(what, errno);
  return result;
}

}  // namespace tern::link_emulator
