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
  const auto address = required_address(call, address_role::connect);
  if (address.scheme != address_scheme::tcp) refuse_options(call, address, {"no-input", "crlf"});
  if (address.scheme == address_scheme::tcp) refuse_options(call, address, {"lines"});
  if (address.scheme == address_scheme::tern) {
    refuse_options(call, address, {"wait"});
  } else {
    refuse_options(call, address, {"bytes", "deadline", "delivered", "id", "trust", "invite", "no-early-data"});
  }
  switch (address.scheme) {
    case address_scheme::udp:
      return send_datagram(call, address);
    case address_scheme::tcp:
      return send_stream(call, address);
    case address_scheme::tern:
      return send_tern(call, address);
  }
  throw usage_error("unknown kind of address");
}
}  // namespace

command send_command() {
  command result;
  result.name = "send";
  result.synopsis = "ADDRESS [TEXT...]";
  result.summary = "one message, and whether it arrived";
  result.details =
      "Words are joined by spaces; -- ends the options. Without TEXT, or with -, standard input is\n"
      "the message.\n"
      "\n"
      "To a relay (tern://, or HOST alone) it ends with status 0 when the message is committed: written\n"
      "down by the relay, at a place in the room's order. 3: it left, but no commit (with --delivered: no\n"
      "delivery) was seen; 4: the relay was not reached, nothing left; 5: its key is not known or not the\n"
      "right one; 7: it refused.\n"
      "\n"
      "udp:// sends one datagram; tcp:// sends, half-closes and prints what comes until\n"
      "the other side closes.";
  result.options = {
      {"file", "PATH", "the bytes of a file are the message"},
      {"lines", "", "each line of standard input is a message of its own"},
      {"wait", "DURATION", "udp: wait so long for a reply (default: 1s on a terminal, else 0); tcp: read so long"},
      {"bytes", "", "tern: the message is bytes of any kind, not text"},
      {"deadline", "DURATION", "tern: after this it is neither sent nor sent again"},
      {"delivered", "", "tern: wait until the person, or everyone else present in a small room, has it"},
      {"id", "TEXT", "tern: a retry with the same id is the same message, committed once"},
      {"no-input", "", "tcp: send nothing, only read"},
      {"crlf", "", "tcp: end lines with CR LF"},
  };
  append(result.options, relay_options());
  result.examples = {
      {"tern send relay.example.org hello", "to the room lobby"},
      {"df -h | tern send 'tern://relay.example.org/ops#KEY'", "what a program prints, to a relay whose key you have"},
      {"tern send relay.example.org/@ann 'are you there?'", "to one person, who may be away"},
      {"tern send --delivered --timeout 1h relay.example.org/@ann 'lunch?'", "waits until she has it"},
      {"tern send udp://127.0.0.1:7007 hello --wait 1s", "one datagram, and the reply"},
      {"printf 'HEAD / HTTP/1.0\\n\\n' | tern send --crlf tcp://localhost:http",
       "a request over TCP, the answer printed"},
      {"tern send --no-input tcp://127.0.0.1:daytime", "only read what the server says"},
  };
  result.run = run;
  return result;
}

}  // namespace tern::cli
