#include "cli/command/dispatch.hpp"

#include "cli/command/command.hpp"
#include "cli/command/help_text.hpp"
#include "cli/command/sibling.hpp"
#include "cli/command/suggestion.hpp"
#include "cli/failure.hpp"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
using words_view = std::span<const char* const>;

// Whether one of the words before `--` is `wanted`: for what must work even where the rest does not parse.
bool mentions(words_view words, std::string_view wanted) {
  const auto end = std::find(words.begin(), words.end(), std::string_view("--"));
  return std::find(words.begin(), end, wanted) != end;
}

color_choice color_from(const std::string& text) {
  if (text == "always") return color_choice::always;
  return text == "never" ? color_choice::never : color_choice::automatic;
}

console_settings console_settings_for(const command& subject, const arguments& args, const settings& values) {
  console_settings result;
  result.json = args.has("json");
  result.quiet = args.has("quiet");
  result.verbosity = static_cast<int>(args.count("verbose"));
  result.color = color_from(values.get("color").text);
  result.schema = fmt::format("tern.{}/1", subject.name);
  return result;
}

std::vector<option> options_of(const command& subject) {
  std::vector<option> options = subject.options;
  options.insert(options.end(), common_options().begin(), common_options().end());
  return options;
}

// Runs one command and turns every way it can end into an exit status and, with --json, a final record.
class command_run {
 public:
  command_run(const command& subject, words_view words, const environment& variables)
      : subject_(subject), words_(words), variables_(variables) {
    console_settings early;
    early.json = mentions(words, "--json");
    early.schema = fmt::format("tern.{}/1", subject.name);
    out_.configure(early);
  }

  int run() {
    try {
      return finish(execute());
    } catch (const interrupted& end) {
      return fail(to_int(exit_code::by_signal) + end.signal(), "interrupted", {});
    } catch (const failure& problem) {
      return fail(to_int(problem.code()), problem.reason(), problem.what());
    } catch (const std::exception& problem) {
      return fail(to_int(exit_code::failed), "internal", problem.what());
    }
  }

 private:
  exit_code execute() {
    if (mentions(words_, "--help") || mentions(words_, "-h")) {
      out_.configure({});
      out_.data(help_text(subject_));
      return exit_code::done;
    }
    const arguments args = arguments::parse(words_, options_of(subject_));
    std::vector<std::filesystem::path> files;
    if (!subject_.is_about_tern) files = config_files(variables_);
    settings values = settings::load(variables_, files);
    for (const setting_spec& spec : all_settings()) {
      if (const auto given = args.value(spec.flag)) values.override_with_flag(spec.name, *given);
    }
    out_.configure(console_settings_for(subject_, args, values));
    context call{args, values, variables_, out_, result_};
    return subject_.run(call);
  }

  int finish(exit_code code) {
    print_result(to_int(code), {}, {});
    return to_int(code);
  }

  int fail(int code, const std::string& reason, const std::string& message) {
    if (!message.empty()) out_.error(fmt::format("tern {}: {}", subject_.name, message));
    try {
      print_result(code, reason, message);
    } catch (const std::exception&) {
      // Standard output is what failed, and standard error has said so.
    }
    return code;
  }

  void print_result(int code, const std::string& reason, const std::string& message) {
    nlohmann::ordered_json record{{"type", "result"}, {"ok", code == 0}, {"exit", code}};
    if (!reason.empty()) record["reason"] = reason;
    if (!message.empty()) record["error"] = message;
    record.update(result_);
    out_.record(record);
  }

  const command& subject_;
  words_view words_;
  const environment& variables_;
  console out_;
  nlohmann::ordered_json result_ = nlohmann::ordered_json::object();
};

int complain(const std::string& message) {
  console().error("tern: " + message);
  return to_int(exit_code::usage);
}

int unknown_command(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const command& each : all_commands()) names.push_back(each.name);
  const auto nearest = suggest(typed, names);
  return complain(nearest ? fmt::format("there is no command '{}'; did you mean 'tern {}'?", typed, *nearest)
                          : fmt::format("there is no command '{}'; `tern help` lists them", typed));
}

int run_sibling(const command& subject, words_view words) {
  try {
    become_sibling(subject.name, words);
  } catch (const failure& problem) {
    console().error(fmt::format("tern {}: {}", subject.name, problem.what()));
    return to_int(problem.code());
  }
}

std::string_view command_name(std::string_view word) {
  if (word == "--help" || word == "-h") return "help";
  if (word == "--version" || word == "-V") return "version";
  return word;
}
}  // namespace

int run_tern(words_view words, const environment& variables) {
  if (words.empty()) return complain("which command? `tern help` lists them");
  const std::string_view name = command_name(words.front());
  const command* subject = find_command(name);
  if (subject == nullptr) return unknown_command(name);
  if (!subject->run) return run_sibling(*subject, words.subspan(1));
  return command_run(*subject, words.subspan(1), variables).run();
}

}  // namespace tern::cli
