#include "cli/commands/address_argument.hpp"
#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/relay_client/open_client.hpp"
#include "cli/relay_client/tern_commands.hpp"

namespace tern::cli {

namespace {
exit_code run(context& call) {
  call.args.require_words(1, 1, "ADDRESS");
  const auto address = required_address(call, address_role::connect);
  if (address.scheme != address_scheme::tern) throw usage_error("only rooms of a relay (tern://) have a history");
  return history_tern(call, address);
}
}  // namespace

command history_command() {
  command result;
  result.name = "history";
  result.synopsis = "ADDRESS";
  result.summary = "the log of a room";
  result.details = "Prints one line a message: its position, time, sender, text; oldest first.";
  result.options = {
      {"after", "N", "only what comes after position N"},
      {"limit", "N", "at most N messages: the newest, or with --after the next ones"},
  };
  append(result.options, relay_options());
  result.examples = {{"tern history relay.example.org/lobby --limit 20", "the last twenty"},
                     {"tern history relay.example.org --after 42 --json", "for a program that has seen 42 of them"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
