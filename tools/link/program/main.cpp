// tern-link: a command behind an emulated link.
#include "tools/link/program/link_run.hpp"
#include "tools/link/program/options.hpp"
#include "tools/link/setting/printed.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  auto line = tern::link_program::parse_command_line(argc, argv);
  if (line.ends) {
    std::fputs(line.text.c_str(), line.status == 0 ? stdout : stderr);
    return tern::link_setting::after_printing("tern-link", line.status);
  }
  try {
    return tern::link_setting::after_printing("tern-link", tern::link_program::run(std::move(line.run)));
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "tern-link: %s\n", problem.what());
    return 1;
  }
}
