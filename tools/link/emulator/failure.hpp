// Why a link cannot be made or go on, in one line for the person who asked for it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace tern::link_emulator {

struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// "what: errno's text".
failure system_failure(std::string_view what, int error);

// Gives `result` back; throws system_failure with errno where it is negative.
int checked(int result, std::string_view what);

}  // namespace tern::link_emulator
