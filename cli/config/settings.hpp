// The settings that may come from several places:
// flag > TERN_* > $XDG_CONFIG_HOME/tern/config.toml > /etc/tern/config.toml > default.
// Values stay text here; each command gives them their meaning. Knows no secret:
// keys and invites are never settings.
#pragma once

#include "cli/process/environment.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tern::cli {

struct setting_spec {
  std::string_view name;         // the key in config.toml
  std::string_view variable;     // the environment variable
  std::string_view flag;         // the long option that overrides it
  std::string_view fallback;     // the default
  std::string_view description;  // for `config show`
  std::string_view choices;      // "a|b|c" where only these are allowed; "DURATION"; or empty
};

const std::vector<setting_spec>& all_settings();

struct setting_value {
  std::string text;
  std::string source;  // "--timeout", "TERN_TIMEOUT", "/etc/tern/config.toml", "default"
};

// The files of one process, most important first.
std::vector<std::filesystem::path> config_files(const environment& variables);

class settings {
 public:
  // Reads the files that exist. Throws failure (configuration) for one that cannot be read or parsed, for an
  // unknown key and for a value that is not allowed.
  static settings load(const environment& variables, const std::vector<std::filesystem::path>& files);

  // A flag of the command line. Throws failure (usage) for a value that is not allowed.
  void override_with_flag(std::string_view name, const std::string& text);

  // `name` must be one of all_settings().
  const setting_value& get(std::string_view name) const;

 private:
  std::map<std::string, setting_value, std::less<>> values_;
};

}  // namespace tern::cli
