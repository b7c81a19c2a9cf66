// The command line of tern-compare.
#pragma once

#include "tools/compare/plan/comparison.hpp"

#include <string>

namespace tern::compare {

struct command_line {
  comparison run;
  bool ends = false;  // there is nothing to run: print text and exit with status
  int status = 0;
  std::string text;
};

// Never throws.
command_line parse_command_line(int argc, const char* const* argv);

}  // namespace tern::compare
