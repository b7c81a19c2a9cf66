#include "relay/command/commands.hpp"
#include "relay/command/output.hpp"

#include <system_error>

namespace tern::relay {

namespace {

int run(const command_arguments& given) {
  if (given.rest.empty()) throw usage_failure{"give the file to write"};
  const std::string& path = given.rest.front();
  if (path.empty() || path.find('\n') != std::string::npos)
    throw usage_failure{"no backup can have that name: it is empty, or has an end of line"};
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error);
  if (error) throw usage_failure{path + ": " + error.message()};
  return ask_and_show(given, "backup", backup_request{whole.string()});
}

}  // namespace

command backup_command() {
  return {
      {.word = "backup",
       .about = "Has the running relay write a copy of its log, while it goes on.",
       .arguments = "PATH",
       .arguments_max = 1,
       .examples = "\nThe file appears when it is whole and on the disk; one that is there is not replaced. The\n"
                   "relay's key is not in it: keep DIR/relay.key as well, as the secret that it is. While no relay\n"
                   "runs, a copy of the folder is a backup.\n\n"
                   "Exit status: 0 written; 4 no relay runs on the folder; 1 other failures.\n\n"
                   "Examples:\n  tern-relay backup /backup/tern-$(date +%F).db\n"},
      run};
}

}  // namespace tern::relay
