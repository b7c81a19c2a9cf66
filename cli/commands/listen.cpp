#include "cli/commands/address_argument.hpp"
#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/relay_client/tern_commands.hpp"

namespace tern::cli {

namespace {
exit_code run(context& call) {
  call.args.require_words(1, 1, "ADDRESS");
  const auto address = required_address(call, address_role::listen);
  if (address.scheme != address_scheme::tcp) refuse_options(call, address, {"greet", "crlf"});
  if (address.scheme != address_scheme::tern) return listen_plain(call, address);
  refuse_options(call, address, {"reply"});
  return listen_tern(call, address);
}
}  // namespace

command listen_command() {
  command result;
  result.name = "listen";
  result.synopsis = "ADDRESS";
  result.summary = "receive without a relay";
  result.details =
      "Prints one line a message: time, sender, text. Without a scheme it takes what `tern send` sends,\n"
      "for whom it is committed when it is printed; the senders' names are keys. udp:// takes each datagram as a "
      "message, tcp://\n"
      "each line of each connection. Port 0 takes a free one; which, is said on standard error.\n"
      "With --greet and without --reply, nothing is sent after the greeting, and a connection that\n"
      "brings no line counts as a message.";
  result.options = {
      {"count", "N", "end after N messages"},
      {"timeout", "DURATION", "end when nothing came for so long (status 1 if nothing, or not all of --count, came)"},
      {"reply", "TEXT", "udp, tcp: answer each message"},
      {"greet", "TEXT", "tcp: what to say first to each connection"},
      {"crlf", "", "tcp: end lines with CR LF"},
      {"raw", "", "print only what came, unchanged; not on a terminal"},
  };
  append(result.options, family_options());
  result.examples = {
      {"tern listen :7777", "what others send with `tern send THISHOST TEXT`"},
      {"tern listen udp://127.0.0.1:7007 --reply ok", "print datagrams and answer each"},
      {"tern listen tcp://:7007 --greet 'Hello, world!' --count 1", "greet one visitor, then end"},
  };
  result.run = run;
  return result;
}

}  // namespace tern::cli
