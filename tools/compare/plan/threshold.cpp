#include "tools/compare/plan/threshold.hpp"

#include "cli/units/units.hpp"
#include "tools/compare/plan/usage_error.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <string_view>

namespace tern::compare {

namespace {

struct sign {
  std::string_view text;
  relation meaning;
};
// The longer ones first.
constexpr std::array signs{sign{"<=", relation::at_most}, sign{">=", relation::at_least}, sign{"==", relation::equal},
                           sign{"<", relation::less},     sign{">", relation::more},      sign{"=", relation::equal}};

std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> number(const std::string& text) {
  if (const auto value = plain_number(text)) return value;
  if (text.ends_with('%')) {
    const auto percents = plain_number(std::string_view{text}.substr(0, text.size() - 1));
    return percents ? std::optional{*percents / 100} : std::nullopt;
  }
  const auto time = cli::parse_duration(text);
  if (!time) return std::nullopt;
  return std::chrono::duration<double, std::milli>(*time).count();
}

}  // namespace

bool threshold::holds(std::optional<double> figure) const {
  if (!figure) return false;
  switch (wanted) {
    case relation::less:
      return *figure < value;
    case relation::at_most:
      return *figure <= value;
    case relation::equal:
      return *figure == value;
    case relation::at_least:
      return *figure >= value;
    case relation::more:
      break;
  }
  return *figure > value;
}

threshold parse_threshold(const std::string& text) {
  const auto begin = text.find_first_of("<>=");
  if (begin == std::string::npos || begin == 0) {
    throw usage_error{
        fmt::format("--fail-if '{}': write PATH<=VALUE, such as modes.reliable-ordered.latency_ms.p99<=31ms", text)};
  }
  for (const sign& each : signs) {
    if (text.compare(begin, each.text.size(), each.text) != 0) continue;
    const std::string right = text.substr(begin + each.text.size());
    const auto value = number(right);
    if (!value) throw usage_error{fmt::format("--fail-if '{}': '{}' is not a number", text, right)};
    return {text, text.substr(0, begin), each.meaning, *value};
  }
  throw usage_error{fmt::format("--fail-if '{}': unknown comparison", text)};
}

}  // namespace tern::compare
