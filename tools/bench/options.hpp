// The command line of tern-bench.
#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace tern::bench {

struct options {
  std::chrono::duration<double> seconds{1.2};  // of each trial
  std::size_t repeat = 3;
  std::vector<std::size_t> sizes{64, 1000};  // bytes of a message
  std::vector<std::string> only;             // names of rows; empty: all
  bool json = false;
  bool help = false;

  bool wants(const std::string& row) const;
};

struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws usage_error.
options parse_options(int argc, char** argv);
std::string help_text();

}  // namespace tern::bench
