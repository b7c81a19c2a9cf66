// Where everything that a command says goes: data to standard output, the rest to
// standard error; with --json, records to standard output. Does not know commands.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace tern::cli {

enum class color_choice { automatic, always, never };

struct console_settings {
  bool json = false;
  bool quiet = false;
  int verbosity = 0;
  color_choice color = color_choice::automatic;
  std::string schema = "tern/1";  // of the --json records, such as tern.send/1
};

class console {
 public:
  console();  // looks whether its descriptors are terminals
  void configure(console_settings settings) { settings_ = std::move(settings); }

  bool json_wanted() const { return settings_.json; }
  bool quiet() const { return settings_.quiet; }
  bool verbose() const { return settings_.verbosity > 0; }
  bool stdout_is_terminal() const { return stdout_is_terminal_; }
  bool stderr_is_terminal() const { return stderr_is_terminal_; }

  bool shows_receipts() const { return !quiet() && (stderr_is_terminal_ || verbose()); }

  // Bytes for standard output. Throws failure when it is closed or full. No-op with --json.
  void data(std::string_view bytes);
  // One line on standard output with `schema` added in front. No-op without --json.
  void record(const nlohmann::ordered_json& fields);

  // One line on standard error each.
  void note(std::string_view line);     // unless -q
  void detail(std::string_view line);   // with -v
  void receipt(std::string_view line);  // where standard error is a terminal, or with -v
  void error(std::string_view line);    // always

  // Whether errors are coloured; NO_COLOR and CLICOLOR_FORCE were resolved by the settings.
  bool color_on_stderr() const;

 private:
  void write_stdout(std::string_view bytes);

  console_settings settings_;
  bool stdout_is_terminal_;
  bool stderr_is_terminal_;
};

}  // namespace tern::cli
