// What a comparison found, as JSON: the final record of --json, and what --fail-if looks
// into. `modes` has a member for each row, by its name.
#pragma once

#include "tools/compare/run/comparison_run.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tern::compare {

using json = nlohmann::ordered_json;

inline constexpr const char* summary_schema = "tern-compare/1";

// The figures, groups as objects; null where one does not exist.
json figures_json(const outcome& figures);

json summary_of(const comparison& wanted, const comparison_result& result);

// A number in the summary; nothing where it is null. Names of members are divided by dots
// and may hold some themselves (the longest that fits is taken).
struct found_figure {
  bool exists = false;
  std::optional<double> value;
};
found_figure find_figure(const json& summary, const std::string& path);

// Throws usage_error where a threshold asks for something that the summary will not have.
void check_paths(const comparison& wanted);

// A line for each threshold that was missed.
std::vector<std::string> missed_thresholds(const comparison& wanted, const json& summary);

// One line, whatever octets are in it.
std::string json_line(const json& record);

}  // namespace tern::compare
