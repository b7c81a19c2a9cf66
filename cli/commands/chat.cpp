#include "cli/commands/address_argument.hpp"
#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"

namespace tern::cli {

namespace {
exit_code run(context& call) {
  call.args.require_words(1, 1, "ADDRESS");
  const auto address = required_address(call, address_role::connect);
  if (address.scheme != address_scheme::tern) return chat_plain_sockets(call, address);
  throw failure(exit_code::failed, "not_built", "this build has plain udp:// and tcp:// only");
}
}  // namespace

command chat_command() {
  command result;
  result.name = "chat";
  result.synopsis = "ADDRESS";
  result.summary = "talk: a line in, a line out";
  result.details =
      "With udp:// and tcp:// each line goes to the other side and each of its lines is printed, until\n"
      "either says `bye`, the input ends (and nothing more comes for --wait), or the other side hangs up.";
  result.options = {
      {"wait", "DURATION", "after the end of input: how long nothing must come (default 1s)"},
      {"timeout", "DURATION", "how long to try to connect (default 10s)"},
      {"crlf", "", "end lines with CR LF"},
  };
  append(result.options, family_options());
  result.examples = {{"tern chat tcp://127.0.0.1:7007", "against `nc -l 7007` or `tern echo :7007`"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
