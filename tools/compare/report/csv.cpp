#include "tools/compare/report/csv.hpp"

#include <fmt/format.h>

namespace tern::compare {

namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char each : text) result += each == '"' ? "\"\"" : std::string(1, each);
  return result + '"';
}

std::string line(const comparison& wanted, const course& row) {
  std::string text = fmt::format("{},{},{},{},{},{}", row.how.name, row.loss ? fmt::format("{}", *row.loss) : "",
                                 wanted.link.seed, row.outcomes.size(), row.is_impaired ? 1 : 0, quoted(row.failure));
  for (const figure& each : all_figures()) {
    const auto& value = row.median.*each.value;
    text += value ? fmt::format(",{:.10g}", *value) : ",";
  }
  return text + '\n';
}

}  // namespace

std::string csv(const comparison& wanted, const comparison_result& result) {
  std::string text = "mode,loss,seed,trials,impaired,failure";
  for (const figure& each : all_figures()) text += fmt::format(",{}", each.path);
  text += '\n';
  for (const course& row : result.courses) text += line(wanted, row);
  return text;
}

}  // namespace tern::compare
