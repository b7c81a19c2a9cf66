#include "cli/command/command.hpp"

#include "cli/commands/commands.hpp"

namespace tern::cli {

const std::vector<option>& common_options() {
  static const std::vector<option> options{
      {"h,help", "", "show this help"},
      {"json", "", "print JSON lines with a final record instead of text"},
      {"q,quiet", "", "say nothing but data and errors"},
      {"v,verbose", "", "say more"},
      {"color", "WHEN", "colours in what tern itself says: auto, always, never"},
  };
  return options;
}

const std::vector<command>& all_commands() {
  static const std::vector<command> commands{
      send_command(),    history_command(), listen_command(), chat_command(),    echo_command(),    ping_command(),
      resolve_command(), id_command(),      trust_command(),  relay_command(),   compare_command(), link_command(),
      bench_command(),   config_command(),  help_command(),   version_command(),
  };
  return commands;
}

const command* find_command(std::string_view name) {
  for (const command& candidate : all_commands()) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

}  // namespace tern::cli
