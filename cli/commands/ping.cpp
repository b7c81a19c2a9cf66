#include "cli/commands/address_argument.hpp"
#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/ping/ping_run.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/relay_client/open_client.hpp"
#include "cli/relay_client/tern_commands.hpp"

namespace tern::cli {

namespace {
exit_code run(context& call) {
  call.args.require_words(1, 1, "ADDRESS");
  const auto address = required_address(call, address_role::connect);
  if (address.scheme == address_scheme::tern) return ping_tern(call, address);
  refuse_options(call, address, {"trust", "invite", "no-early-data"});
  return ping_plain(call, address);
}
}  // namespace

command ping_command() {
  command result;
  result.name = "ping";
  result.synopsis = "ADDRESS";
  result.summary = "round trips and loss, to a relay or an echo server";
  result.details =
      "To a relay it sends PINGs on an encrypted connection, once each, and tells loss on the way\n"
      "there from loss on the way back: a lost question is never acknowledged, a lost answer's is.\n"
      "--timeout is how long to try to connect, and how long to wait for each answer (without it 2s).\n"
      "udp:// asks an echo server (RFC 862: tern echo); tcp:// measures connecting.\n"
      "Ends with --count or Ctrl-C; status 0 if anything was answered, else 4.";
  result.options = ping_options();
  append(result.options, relay_options());
  result.examples = {{"tern ping relay.example.org", "until Ctrl-C"},
                     {"tern ping relay.example.org --count 100 --interval 20ms --json", "for a program"},
                     {"tern ping udp://127.0.0.1:7007 --count 3", "a `tern echo 127.0.0.1:7007`"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
