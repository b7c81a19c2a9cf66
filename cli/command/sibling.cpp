#include "cli/command/sibling.hpp"

#include "cli/failure.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace tern::cli {

namespace {
std::filesystem::path own_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw failure(exit_code::failed, "no_self", "cannot find tern's own folder: /proc/self/exe is unreadable");
  return self.parent_path();
}

[[noreturn]] void execute(const std::filesystem::path& program, std::span<const char* const> words) {
  std::vector<std::string> texts{program.string()};
  texts.insert(texts.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  throw failure(exit_code::failed, "exec",
                fmt::format("cannot run {}: {}", program.string(), std::generic_category().message(errno)));
}
}  // namespace

std::vector<std::filesystem::path> sibling_places(const std::filesystem::path& own_folder, const std::string& program) {
  return {own_folder / program, own_folder.parent_path() / "libexec" / "tern" / program};
}

void become_sibling(std::string_view name, std::span<const char* const> words) {
  const std::string program = fmt::format("tern-{}", name);
  const auto places = sibling_places(own_folder(), program);
  for (const auto& place : places) {
    std::error_code ignored;
    if (std::filesystem::exists(place, ignored)) execute(place, words);
  }
  throw failure(
      exit_code::failed, "not_installed",
      fmt::format("{} is not installed: it is neither {} nor {}", program, places[0].string(), places[1].string()));
}

}  // namespace tern::cli
