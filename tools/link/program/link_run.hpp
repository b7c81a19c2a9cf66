// From options to an exit status: makes the link, runs the command, reports.
#pragma once

#include "tools/link/program/options.hpp"

namespace tern::link_program {

// Throws link_emulator::failure when the link cannot be made.
int run(link_options options);

}  // namespace tern::link_program
