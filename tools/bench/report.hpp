// What a run prints, for people or for programs.
#pragma once

#include "tools/bench/options.hpp"
#include "tools/bench/row.hpp"

#include <string>
#include <vector>

namespace tern::bench {

// Both end with a newline.
std::string table(const options& wanted, const std::vector<row>& rows);
// One line of JSON, `"record": "sample"`.
std::string sample_line(const std::string& name, std::size_t message_bytes, const sample& measured);
// A line `"record": "row"` for each, then one `"record": "end"` with the schema and the setting.
std::string closing_lines(const options& wanted, const std::vector<row>& rows);

}  // namespace tern::bench
