#include "cli/command/help_text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"

#include <fmt/format.h>

namespace tern::cli {

namespace {
exit_code run(context& call) {
  call.args.require_words(0, 1, "COMMAND");
  if (call.args.words().empty()) {
    call.out.data(overview_text());
    return exit_code::done;
  }
  const std::string& name = call.args.words().front();
  const command* subject = find_command(name);
  if (subject == nullptr) throw usage_error(fmt::format("there is no command '{}'; `tern help` lists them", name));
  call.out.data(subject->run
                    ? help_text(*subject)
                    : fmt::format("{}\n\n`tern {} --help` asks the program itself.\n", subject->summary, name));
  return exit_code::done;
}
}  // namespace

command help_command() {
  command result;
  result.name = "help";
  result.synopsis = "[COMMAND]";
  result.summary = "what the commands are, or how one works";
  result.examples = {{"tern help send", "how to send a message"}};
  result.is_about_tern = true;
  result.run = run;
  return result;
}

}  // namespace tern::cli
