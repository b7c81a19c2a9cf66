// A command line that says something impossible: exit status 2.
#pragma once

#include <stdexcept>

namespace tern::link_setting {

struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace tern::link_setting
