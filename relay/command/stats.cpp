#include "relay/command/commands.hpp"
#include "relay/command/output.hpp"

namespace tern::relay {

namespace {

int run(const command_arguments& given) { return ask_and_show(given, "stats", stats_request{}); }

}  // namespace

command stats_command() {
  return {{.word = "stats",
           .about = "How the relay that runs on the folder is doing.",
           .arguments = "",
           .examples = "\nExit status: 0; 4 where no relay runs; 1 on other failures.\n\n"
                       "Examples:\n  tern-relay stats\n  tern-relay stats --json | jq .commit_latency.p99_us\n"},
          run};
}

}  // namespace tern::relay
