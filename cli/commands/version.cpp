#include "cli/commands/commands.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
exit_code run(context& call) {
  call.args.require_words(0, 0, "");
  call.result["version"] = TERN_VERSION;
  call.result["protocol"] = "TERN/1";
  call.result["compiler"] = TERN_COMPILER;
  call.out.data(fmt::format("tern {}\n", TERN_VERSION));
  if (call.out.verbose()) call.out.data(fmt::format("protocol TERN/1, built with {}\n", TERN_COMPILER));
  return exit_code::done;
}
}  // namespace

command version_command() {
  command result;
  result.name = "version";
  result.summary = "which tern this is";
  result.examples = {{"tern version --json", "the same for a program"}};
  result.is_about_tern = true;
  result.run = run;
  return result;
}

}  // namespace tern::cli
