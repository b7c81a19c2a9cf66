#include "cli/commands/address_argument.hpp"
#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/relay_client/open_client.hpp"
#include "cli/relay_client/tern_commands.hpp"

namespace tern::cli {

namespace {
exit_code run(context& call) {
  call.args.require_words(1, 1, "ADDRESS");
  const auto address = required_address(call, address_role::connect);
  if (address.scheme != address_scheme::tern) {
    refuse_options(call, address, {"follow", "name", "backlog", "no-store", "trust", "invite", "no-early-data"});
    return chat_plain_sockets(call, address);
  }
  refuse_options(call, address, {"wait", "crlf"});
  return chat_tern(call, address);
}
}  // namespace

command chat_command() {
  command result;
  result.name = "chat";
  result.synopsis = "ADDRESS";
  result.summary = "talk: a line in, a line out";
  result.details =
      "A relay's room: what you type is sent, what others say is printed as [NAME] TEXT; who comes and\n"
      "goes and how the connection is goes to standard error. Lines that start with / are commands (/help\n"
      "lists them), // sends a line that starts with /. At the end of input everything typed is committed\n"
      "before the chat ends. What came while you were away, in the room and privately, is shown first, once.\n"
      "What was typed is kept in a file before it is sent: if this chat is killed, the next one sends it\n"
      "first, once (client.db in the data folder; --no-store does without). There is no full screen yet:\n"
      "this is --plain.\n"
      "\n"
      "With udp:// and tcp:// each line goes to the other side and each of its lines is printed, until\n"
      "either says `bye`, the input ends (and nothing more comes for --wait), or the other side hangs up.";
  result.options = {
      {"wait", "DURATION", "udp, tcp: after the end of input: how long nothing must come (default 1s)"},
      {"plain", "", "a line in, a line out (the only way so far)"},
      {"follow", "", "at the end of input stay and read on"},
      {"name", "NAME", "how others see you (default: $USER)"},
      {"backlog", "N", "so many of the room's newest messages first (default: what was missed; 0 the first time)"},
      {"no-store", "", "keep nothing for the next time; private messages are shown again"},
      {"crlf", "", "udp, tcp: end lines with CR LF"},
  };
  append(result.options, relay_options());
  result.examples = {{"tern chat tern://relay.example.org/lobby", "join a room"},
                     {"tern chat --follow --json tern://relay.example.org/ops </dev/null", "only read, for a program"},
                     {"tail -f log | tern chat --plain tern://relay.example.org/log", "a pipe as a chatter"},
                     {"tern chat tcp://127.0.0.1:7007", "against `nc -l 7007` or `tern echo :7007`"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
