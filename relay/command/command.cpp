#include "relay/command/command.hpp"

#include "relay/command/commands.hpp"

#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <string_view>

namespace tern::relay {

namespace {

int run(const command& chosen, int argc, const char* const* argv) {
  try {
    const command_arguments given = parse_command(chosen.shape, argc, argv);
    if (!given.help) return chosen.run(given);
    std::fputs(given.help->c_str(), stdout);
    return exit_status::done;
  } catch (const usage_failure& wrong) {
    const auto& word = chosen.shape.word;
    auto text = fmt::format("tern-relay {}: {}\n", word, wrong.what());
    if (wrong.status == exit_status::usage) text += fmt::format("Try `tern-relay {} --help`.\n", word);
    std::fputs(text.c_str(), stderr);
    return wrong.status;
  }
}

}  // namespace

std::optional<int> run_command(int argc, const char* const* argv) {
  if (argc < 2) return std::nullopt;
  const std::string_view word = argv[1];
  if (word == "invite") return run_invite(argc - 1, argv + 1);
  if (word == "roll-key") return run_roll_key(argc - 1, argv + 1);
  for (const auto make : {init_command, stats_command, backup_command, verify_command}) {
    const command each = make();
    if (each.shape.word == word) return run(each, argc - 1, argv + 1);
  }
  return std::nullopt;
}

}  // namespace tern::relay
