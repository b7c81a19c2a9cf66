#include "cli/process/environment.hpp"

#include "cli/failure.hpp"

#include <pwd.h>
#include <unistd.h>

extern char** environ;

namespace tern::cli {

namespace {
std::string home_of_user() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr && entry->pw_dir != nullptr ? entry->pw_dir : "";
}
}  // namespace

environment environment::of_process() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  if (variables["HOME"].empty()) variables["HOME"] = home_of_user();
  return environment{std::move(variables)};
}

std::optional<std::string> environment::get(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

// The XDG base directory specification: a relative path is invalid and ignored.
std::optional<std::filesystem::path> environment::xdg_folder(const std::string& variable,
                                                             const char* below_home) const {
  if (const auto folder = get(variable); folder && folder->front() == '/') {
    return std::filesystem::path(*folder) / "tern";
  }
  if (const auto home = get("HOME")) return std::filesystem::path(*home) / below_home / "tern";
  return std::nullopt;
}

std::optional<std::filesystem::path> environment::config_folder() const {
  return xdg_folder("XDG_CONFIG_HOME", ".config");
}

std::filesystem::path environment::data_folder() const {
  const auto folder = xdg_folder("XDG_DATA_HOME", ".local/share");
  if (!folder) {
    throw failure(exit_code::configuration, "no_home",
                  "there is no folder for keys: neither XDG_DATA_HOME nor HOME is set; set one of them");
  }
  return *folder;
}

}  // namespace tern::cli
