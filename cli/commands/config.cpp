#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
void show_all(context& call) {
  for (const setting_spec& spec : all_settings()) {
    const setting_value& value = call.settings.get(spec.name);
    call.out.data(fmt::format("{:<11} {:<11} {:<24} {}\n", spec.name, value.text.empty() ? "-" : value.text,
                              fmt::format("({})", value.source), spec.description));
    call.out.record({{"type", "setting"},
                     {"name", spec.name},
                     {"value", value.text},
                     {"source", value.source},
                     {"variable", spec.variable},
                     {"description", spec.description}});
  }
  for (const auto& file : config_files(call.variables)) call.result["files"].push_back(file.string());
}

exit_code run(context& call) {
  call.args.require_words(1, 1, "`show`");
  if (call.args.words().front() != "show")
    throw usage_error("`tern config show` is all there is; settings live in files");
  show_all(call);
  for (const auto& file : config_files(call.variables)) call.out.detail(fmt::format("reads {}", file.string()));
  return exit_code::done;
}
}  // namespace

command config_command() {
  command result;
  result.name = "config";
  result.synopsis = "show";
  result.summary = "the settings in force, and where each comes from";
  result.details =
      "A flag is stronger than a TERN_* variable, that than $XDG_CONFIG_HOME/tern/config.toml\n"
      "(usually ~/.config/tern/config.toml), that than /etc/tern/config.toml, that than the default.";
  result.examples = {{"tern config show", "all settings"},
                     {"TERN_TIMEOUT=3s tern config show", "the same with one set in the environment"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
