// The environment variables and the folders that follow from them. A value, so that
// tests bring their own.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tern::cli {

class environment {
 public:
  static environment of_process();
  explicit environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}

  // Unset and empty are the same.
  std::optional<std::string> get(const std::string& name) const;

  // $XDG_CONFIG_HOME/tern or ~/.config/tern; nothing where there is no home.
  std::optional<std::filesystem::path> config_folder() const;
  // $XDG_DATA_HOME/tern or ~/.local/share/tern. Throws failure (configuration) where there is no home.
  std::filesystem::path data_folder() const;

 private:
  std::optional<std::filesystem::path> xdg_folder(const std::string& variable, const char* below_home) const;

  std::map<std::string, std::string> variables_;
};

}  // namespace tern::cli
