#include "cli/command/arguments.hpp"

#include <fmt/format.h>

// Both before the only include: no value is split at commas, and no std::regex sees what a user typed (its
// recursion overflows the stack for long arguments).
#define CXXOPTS_VECTOR_DELIMITER '\0'
#define CXXOPTS_NO_REGEX
#include "cli/command/suggestion.hpp"
#include "cli/failure.hpp"
#include "cli/units/units.hpp"

#include <charconv>
#include <cxxopts.hpp>

namespace tern::cli {

namespace {
// cxxopts quotes with U+2018 and U+2019; our messages have one kind of quote.
std::string with_plain_quotes(std::string text) {
  for (const std::string_view quote : {"\u2018", "\u2019"}) {
    for (auto at = text.find(quote); at != std::string::npos; at = text.find(quote))
      text.replace(at, quote.size(), "'");
  }
  return text;
}

std::string quoted_part(const std::string& text) {
  const auto begin = text.find('\'');
  const auto end = text.rfind('\'');
  return begin < end ? text.substr(begin + 1, end - begin - 1) : "";
}

failure unknown_option(const std::string& message, std::span<const option> options) {
  const std::string typed = quoted_part(message);
  std::vector<std::string_view> known;
  for (const option& candidate : options) {
    if (candidate.key().size() > 1) known.push_back(candidate.key());
  }
  const std::string shown = (typed.size() > 1 ? "--" : "-") + typed;
  const auto nearest = typed.size() > 1 ? suggest(typed, known) : std::nullopt;
  return usage_error(nearest ? fmt::format("there is no option {}; did you mean --{}?", shown, *nearest)
                             : fmt::format("there is no option {} (a text that starts with - goes after --)", shown));
}

cxxopts::Options declare(std::span<const option> options) {
  cxxopts::Options parser("tern");
  for (const option& declared : options) {
    const auto value = declared.value.empty() ? std::shared_ptr<cxxopts::Value>(cxxopts::value<bool>())
                                              : cxxopts::value<std::vector<std::string>>();
    parser.add_options()(std::string(declared.names), std::string(declared.help), value);
  }
  return parser;
}
}  // namespace

arguments arguments::parse(std::span<const char* const> words, std::span<const option> options) {
  std::vector<const char*> argv{"tern"};
  argv.insert(argv.end(), words.begin(), words.end());
  arguments result;
  try {
    cxxopts::Options parser = declare(options);
    const auto parsed = parser.parse(static_cast<int>(argv.size()), argv.data());
    for (const option& declared : options) {
      const std::string key(declared.key());
      const auto times = parsed.count(key);
      if (times == 0) continue;
      result.values_[key] =
          declared.value.empty() ? std::vector<std::string>(times) : parsed[key].as<std::vector<std::string>>();
    }
    result.words_ = parsed.unmatched();
  } catch (const cxxopts::exceptions::no_such_option& problem) {
    throw unknown_option(with_plain_quotes(problem.what()), options);
  } catch (const cxxopts::exceptions::exception& problem) {
    throw usage_error(with_plain_quotes(problem.what()));
  }
  return result;
}

std::size_t arguments::count(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? 0 : found->second.size();
}

std::optional<std::string> arguments::value(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::optional<std::chrono::nanoseconds> arguments::duration(std::string_view key) const {
  const auto text = value(key);
  if (!text) return std::nullopt;
  const auto parsed = parse_duration(*text);
  if (!parsed) throw usage_error(fmt::format("--{}: {}", key, parsed.error()));
  return *parsed;
}

std::optional<std::uint64_t> arguments::number(std::string_view key, std::uint64_t minimum,
                                               std::uint64_t maximum) const {
  const auto text = value(key);
  if (!text) return std::nullopt;
  std::uint64_t parsed = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), parsed);
  if (error != std::errc{} || end != text->data() + text->size() || parsed < minimum || parsed > maximum) {
    throw usage_error(fmt::format("--{}: '{}' is not a whole number from {} to {}", key, *text, minimum, maximum));
  }
  return parsed;
}

void arguments::require_words(std::size_t minimum, std::size_t maximum, std::string_view expected) const {
  if (words_.size() < minimum) throw usage_error(fmt::format("{} is missing", expected));
  if (words_.size() > maximum) throw usage_error(fmt::format("'{}' is one word too many", words_[maximum]));
}

}  // namespace tern::cli
