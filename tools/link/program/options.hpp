// The command line of tern-link.
#pragma once

#include "tools/link/emulator/packet_pump.hpp"

#include <string>
#include <vector>

namespace tern::link_program {

struct link_options {
  link_emulator::link_plan plan;
  std::vector<std::string> far_commands;
  std::vector<std::string> command;  // empty: a shell
  bool reaches_host = true;          // the far end hands connections and datagrams on to the host
  bool quiet = false;
  bool json = false;
  std::string report_file;  // empty: none
  std::string description;  // what was asked for, as it was
};

struct command_line {
  link_options run;
  bool ends = false;  // there is nothing to run: print text and exit with status
  int status = 0;
  std::string text;
};

// Never throws.
command_line parse_command_line(int argc, const char* const* argv);

}  // namespace tern::link_program
