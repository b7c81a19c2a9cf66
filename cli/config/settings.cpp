#include "cli/config/settings.hpp"

#include "cli/command/suggestion.hpp"
#include "cli/config/config_file.hpp"
#include "cli/failure.hpp"
#include "cli/units/units.hpp"

#include <fmt/format.h>
#include <stdexcept>

namespace tern::cli {

const std::vector<setting_spec>& all_settings() {
  static const std::vector<setting_spec> specs{
      {"name", "TERN_NAME", "name", "", "how others see you in rooms (default: $USER)", ""},
      {"timeout", "TERN_TIMEOUT", "timeout", "10s", "how long to try before giving up", "DURATION"},
      {"trust", "TERN_TRUST", "trust", "ask", "what to do with a relay's unknown key", "ask|accept-new"},
      {"transport", "TERN_TRANSPORT", "transport", "auto", "what carries messages to and from a relay", "auto|udp|tcp"},
      {"early_data", "TERN_EARLY_DATA", "early-data", "true", "put a message into the first packet", "true|false"},
      {"color", "TERN_COLOR", "color", "auto", "colours in what tern itself says", "auto|always|never"},
  };
  return specs;
}

namespace {
const setting_spec* find_spec(std::string_view name) {
  for (const setting_spec& spec : all_settings()) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

bool is_choice(std::string_view choices, std::string_view text) {
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == text) return true;
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

// What is wrong with the value, or nothing.
std::string complaint(const setting_spec& spec, const std::string& text) {
  if (spec.choices.empty()) return {};
  if (spec.choices == "DURATION") {
    const auto duration = parse_duration(text);
    if (!duration) return duration.error();
    return duration->count() > 0 ? std::string() : fmt::format("'{}' leaves no time for anything", text);
  }
  return is_choice(spec.choices, text) ? std::string() : fmt::format("'{}' is none of {}", text, spec.choices);
}

[[noreturn]] void throw_bad_setting(const std::string& source, std::string_view name, const std::string& problem) {
  throw failure(exit_code::configuration, "bad_setting", fmt::format("{}: {}: {}", source, name, problem));
}

const setting_spec& known_spec(const std::string& source, const std::string& name) {
  if (const setting_spec* spec = find_spec(name)) return *spec;
  std::vector<std::string_view> names;
  for (const setting_spec& spec : all_settings()) names.push_back(spec.name);
  const auto nearest = suggest(name, names);
  throw_bad_setting(source, name,
                    nearest ? fmt::format("no such setting; did you mean '{}'?", *nearest)
                            : std::string("no such setting; `tern config show` lists them"));
}
}  // namespace

std::vector<std::filesystem::path> config_files(const environment& variables) {
  std::vector<std::filesystem::path> files;
  if (const auto folder = variables.config_folder()) files.push_back(*folder / "config.toml");
  files.emplace_back("/etc/tern/config.toml");
  return files;
}

settings settings::load(const environment& variables, const std::vector<std::filesystem::path>& files) {
  settings result;
  const auto take = [&result](const setting_spec& spec, const std::string& text, const std::string& source) {
    if (const auto problem = complaint(spec, text); !problem.empty()) throw_bad_setting(source, spec.name, problem);
    result.values_.insert_or_assign(std::string(spec.name), setting_value{text, source});
  };
  for (const setting_spec& spec : all_settings()) take(spec, std::string(spec.fallback), "default");
  // https://bixense.com/clicolors and https://no-color.org: below the user's own explicit choice.
  if (variables.get("CLICOLOR_FORCE").value_or("0") != "0") take(*find_spec("color"), "always", "CLICOLOR_FORCE");
  if (variables.get("NO_COLOR")) take(*find_spec("color"), "never", "NO_COLOR");
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    for (const auto& [name, text] : read_config_file(*file))
      take(known_spec(file->string(), name), text, file->string());
  }
  for (const setting_spec& spec : all_settings()) {
    const std::string variable(spec.variable);
    if (const auto text = variables.get(variable)) take(spec, *text, variable);
  }
  return result;
}

void settings::override_with_flag(std::string_view name, const std::string& text) {
  const setting_spec* spec = find_spec(name);
  if (spec == nullptr) throw std::logic_error("no such setting");
  if (const auto problem = complaint(*spec, text); !problem.empty()) {
    throw usage_error(fmt::format("--{}: {}", spec->flag, problem));
  }
  values_.insert_or_assign(std::string(name), setting_value{text, fmt::format("--{}", spec->flag)});
}

const setting_value& settings::get(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::logic_error("no such setting");
  return found->second;
}

}  // namespace tern::cli
