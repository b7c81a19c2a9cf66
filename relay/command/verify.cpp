#include "relay/command/commands.hpp"
#include "relay/command/output.hpp"
#include "relay/control/control_answer.hpp"
#include "relay/server/data_folder.hpp"
#include "relay/store/sqlite/verification.hpp"

#include <atomic>
#include <fmt/format.h>
#include <system_error>

namespace tern::relay {

namespace {

const std::atomic<bool> never = false;  // Ctrl-C ends the process

int check_file(const command_arguments& given, const std::filesystem::path& file) {
  const auto report = sqlite::verify_file(file.string(), never);
  if (!report) return show(given, "verify", control_error{control_problem::unusable, report.error()});
  std::string line = verify_line(file.string(), *report);
  line.pop_back();
  return show(given, "verify", line);
}

// Through the relay where one runs; else it is kept from starting while its data is read.
int check_folder(const command_arguments& given, const std::filesystem::path& folder) {
  const auto lock = data_folder::lock_if_stopped(folder);
  const auto log = data_folder::log_file_in(folder);
  std::error_code unknown;
  if (lock && !std::filesystem::exists(log, unknown)) {
    return show(given, "verify",
                control_error{control_problem::unusable,
                              fmt::format("there is no log in {}: no relay has run there yet", folder.string())});
  }
  if (lock) return check_file(given, log);
  const auto answer = ask_relay(folder, verify_request{});
  if (answer) return show(given, "verify", *answer);
  const bool is_silent = answer.error().problem == control_problem::not_running;
  if (!is_silent) return show(given, "verify", answer.error());
  return show(given, "verify",
              control_error{control_problem::unusable,
                            fmt::format("a relay is running on {} and has no control socket to ask: its data changes "
                                        "while it is read, so it was not checked",
                                        folder.string())});
}

int run(const command_arguments& given) {
  std::error_code missing;
  const std::filesystem::path named = given.rest.empty() ? given.relay.data : std::filesystem::path{given.rest.front()};
  const auto what = std::filesystem::weakly_canonical(named, missing);  // a link to a running relay's log is that log
  if (std::filesystem::is_directory(what, missing)) return check_folder(given, what);
  if (!std::filesystem::exists(what, missing)) {
    return show(given, "verify",
                control_error{control_problem::unusable, fmt::format("there is no {}", named.string())});
  }
  // A relay's own log is checked as its folder is.
  const auto folder = what.parent_path();
  if (std::filesystem::equivalent(what, data_folder::log_file_in(folder), missing)) return check_folder(given, folder);
  return check_file(given, what);
}

}  // namespace

command verify_command() {
  return {
      {.word = "verify",
       .about = "Checks every message of a relay's log against the hashes that chain them.",
       .arguments = "[PATH]",
       .arguments_max = 1,
       .examples = "\nPATH is a backup or a relay's folder; without it, the folder of --data. Where a relay runs on\n"
                   "the folder it checks a copy of its log itself, and goes on meanwhile. What is checked is never\n"
                   "changed.\n\n"
                   "Exit status: 0 sound; 1 damaged, or it could not be checked.\n\n"
                   "Examples:\n  tern-relay verify\n  tern-relay verify /backup/tern-2026-01-31.db --json\n"},
      run};
}

}  // namespace tern::relay
