#include "cli/command/help_text.hpp"

#include <fmt/format.h>

namespace tern::cli {

namespace {
std::string option_text(const option& declared) {
  std::string left;
  for (const char c : declared.names) {
    if (c == ',') {
      left += ", --";
    } else {
      left += c;
    }
  }
  const bool short_first = declared.names.size() == 1 || declared.names[1] == ',';
  left = (short_first ? "-" : "    --") + left;
  if (!declared.value.empty()) left += fmt::format(" {}", declared.value);
  return left.size() < 26 ? fmt::format("  {:<26}{}\n", left, declared.help)
                          : fmt::format("  {}\n  {:<26}{}\n", left, "", declared.help);
}
}  // namespace

std::string overview_text() {
  std::string text =
      "tern sends messages over UDP and gets them there.\n"
      "\n"
      "Usage: tern COMMAND [ARGUMENT...]\n"
      "\n"
      "Commands:\n";
  for (const command& each : all_commands()) text += fmt::format("  {:<11}{}\n", each.name, each.summary);
  text +=
      "\n"
      "`tern help COMMAND` or `tern COMMAND --help` says more, with examples.\n"
      "An ADDRESS is tern://HOST[:PORT][/ROOM or /@NAME][#KEY], udp://HOST:PORT or tcp://HOST:PORT;\n"
      "HOST:PORT alone means tern://. IPv6 addresses go in brackets.\n";
  return text;
}

std::string help_text(const command& subject) {
  std::string text =
      fmt::format("tern {}: {}\n\nUsage: tern {} {}\n", subject.name, subject.summary, subject.name, subject.synopsis);
  if (!subject.details.empty()) text += fmt::format("\n{}\n", subject.details);
  if (!subject.examples.empty()) text += "\nExamples:\n";
  for (const example& each : subject.examples) text += fmt::format("  {}\n      {}\n", each.line, each.meaning);
  text += "\nOptions:\n";
  for (const option& each : subject.options) text += option_text(each);
  for (const option& each : common_options()) text += option_text(each);
  return text;
}

}  // namespace tern::cli
