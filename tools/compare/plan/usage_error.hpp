// A command line that says something impossible: exit status 2.
#pragma once

#include "tools/link/setting/usage_error.hpp"

namespace tern::compare {

using link_setting::usage_error;

}  // namespace tern::compare
