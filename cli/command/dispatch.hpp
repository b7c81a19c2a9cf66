// From the words of the command line to the exit status.
#pragma once

#include "cli/process/environment.hpp"

#include <span>

namespace tern::cli {

// `words` without the program's name. Prints, and never throws.
int run_tern(std::span<const char* const> words, const environment& variables);

}  // namespace tern::cli
