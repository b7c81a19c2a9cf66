#include "relay/text/command.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tern::relay {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// The first word, and what comes behind it.
std::pair<std::string_view, std::string_view> split_word(std::string_view text) {
  const std::size_t end = std::min(text.find_first_of(blanks), text.size());
  return {text.substr(0, end), trim(text.substr(end))};
}

struct spelling {
  std::string_view word;
  text_verb what;
};
constexpr std::array spellings{
    spelling{"/nick", text_verb::nick},   spelling{"/join", text_verb::join}, spelling{"/who", text_verb::who},
    spelling{"/msg", text_verb::message}, spelling{"/help", text_verb::help}, spelling{"/quit", text_verb::quit},
};

}  // namespace

text_command parse_text_command(std::string_view line) {
  const std::string_view trimmed = trim(line);
  if (trimmed.empty()) return {};
  if (trimmed == "bye") return {.what = text_verb::quit, .argument = {}, .text = {}};
  if (line.starts_with("//")) return {.what = text_verb::say, .argument = {}, .text = line.substr(1)};
  if (line.front() != '/') return {.what = text_verb::say, .argument = {}, .text = line};
  const auto [word, rest] = split_word(trimmed);
  const auto* found = std::find_if(spellings.begin(), spellings.end(),
                                   [word = word](const spelling& each) { return each.word == word; });
  if (found == spellings.end()) return {.what = text_verb::unknown, .argument = word, .text = {}};
  const auto [argument, text] = split_word(rest);
  return {.what = found->what, .argument = argument, .text = text};
}

}  // namespace tern::relay
