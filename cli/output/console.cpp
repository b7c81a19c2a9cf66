#include "cli/output/console.hpp"

#include "cli/failure.hpp"
#include "cli/files/transfer.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace tern::cli {

namespace {
void write_stderr(std::string_view line) {
  // Where standard error is gone there is nobody left to tell.
  static_cast<void>(write_all(STDERR_FILENO, fmt::format("{}\n", line)));
}
}  // namespace

console::console()
    : stdout_is_terminal_(::isatty(STDOUT_FILENO) == 1), stderr_is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void console::data(std::string_view bytes) {
  if (!settings_.json) write_stdout(bytes);
}

void console::record(const nlohmann::ordered_json& fields) {
  if (!settings_.json) return;
  nlohmann::ordered_json whole{{"schema", settings_.schema}};
  whole.update(fields);
  // Names and texts come from others: bytes that are not UTF-8 become U+FFFD instead of an exception.
  write_stdout(whole.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

void console::note(std::string_view line) {
  if (!settings_.quiet) write_stderr(line);
}

void console::detail(std::string_view line) {
  if (verbose()) write_stderr(line);
}

void console::receipt(std::string_view line) {
  if (shows_receipts()) write_stderr(line);
}

void console::error(std::string_view line) {
  write_stderr(color_on_stderr() ? fmt::format("\x1b[31m{}\x1b[0m", line) : std::string(line));
}

bool console::color_on_stderr() const {
  return settings_.color == color_choice::automatic ? stderr_is_terminal_ : settings_.color == color_choice::always;
}

void console::write_stdout(std::string_view bytes) {
  if (const auto problem = write_all(STDOUT_FILENO, bytes)) {
    throw failure(exit_code::failed, "stdout",
                  fmt::format("cannot write to standard output: {}",
                              problem.value() == EBADF ? "it is closed" : problem.message()));
  }
}

}  // namespace tern::cli
