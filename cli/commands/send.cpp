#include "cli/commands/address_argument.hpp"
#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"

namespace tern::cli {

namespace {
exit_code run(context& call) {
  const auto address = required_address(call, address_role::connect);
  if (address.scheme != address_scheme::tcp) refuse_options(call, address, {"no-input", "crlf"});
  if (address.scheme == address_scheme::tcp) refuse_options(call, address, {"lines"});
  switch (address.scheme) {
    case address_scheme::udp:
      return send_datagram(call, address);
    case address_scheme::tcp:
      return send_stream(call, address);
    case address_scheme::tern:
      break;
  }
  throw failure(exit_code::failed, "not_built", "this build has plain udp:// and tcp:// only");
}
}  // namespace

command send_command() {
  command result;
  result.name = "send";
  result.synopsis = "ADDRESS [TEXT...]";
  result.summary = "one message, and whether it arrived";
  result.details =
      "Words are joined by spaces; -- ends the options. Without TEXT, or with -, standard input is\n"
      "the message. udp:// sends one datagram; tcp:// sends, half-closes and prints what comes until\n"
      "the other side closes.";
  result.options = {
      {"file", "PATH", "the bytes of a file are the message"},
      {"lines", "", "each line of standard input is a message of its own"},
      {"wait", "DURATION", "udp: wait so long for a reply (default: 1s on a terminal, else 0); tcp: read so long"},
      {"timeout", "DURATION", "how long to try to connect (default 10s)"},
      {"no-input", "", "tcp: send nothing, only read"},
      {"crlf", "", "tcp: end lines with CR LF"},
  };
  const auto family = family_options();
  result.options.insert(result.options.end(), family.begin(), family.end());
  result.examples = {
      {"tern send udp://127.0.0.1:7007 hello --wait 1s", "one datagram, and the reply"},
      {"printf 'HEAD / HTTP/1.0\\n\\n' | tern send --crlf tcp://localhost:http",
       "a request over TCP, the answer printed"},
      {"tern send --no-input tcp://127.0.0.1:daytime", "only read what the server says"},
  };
  result.run = run;
  return result;
}

}  // namespace tern::cli
