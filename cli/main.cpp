#include "cli/command/dispatch.hpp"
#include "cli/files/transfer.hpp"
#include "cli/process/interrupt.hpp"

#include <unistd.h>

int main(int argc, char** argv) {
  tern::cli::occupy_standard_descriptors();
  tern::cli::install_signal_handlers();
  const std::span<char*> all(argv, static_cast<std::size_t>(argc));
  const auto words = all.subspan(argc > 0 ? 1 : 0);
  return tern::cli::run_tern({words.data(), words.size()}, tern::cli::environment::of_process());
}
