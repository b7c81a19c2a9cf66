#include "relay/server/subcommand.hpp"

#include <string_view>

namespace tern::relay {

std::optional<int> run_subcommand(int argc, const char* const* argv) {
  if (argc < 2) return std::nullopt;
  const std::string_view word = argv[1];
  if (word == "invite") return run_invite_command(argc - 1, argv + 1);
  if (word == "roll-key") return run_roll_key_command(argc - 1, argv + 1);
  return std::nullopt;
}

}  // namespace tern::relay
