// The relay's settings in a file: TOML whose keys are the long options of the command line,
// and a table [limits]. Knows syntax and types; what a value means the options know.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace tern::relay {

enum class option_kind : std::uint8_t { text, list, flag };  // "…"; "…" or ["…", …]; true or false

struct known_option {
  std::string name;
  option_kind kind = option_kind::text;
};

// As if --`option` `value` had been given on the command line. A flag that is false is none.
struct file_setting {
  std::string option;
  std::string value;
  std::string where;  // FILE:LINE:COLUMN
};

// A limit comes as the option `limit` with the value NAME=NUMBER. The error is a line for a
// person that begins with FILE, or FILE:LINE:COLUMN.
tl::expected<std::vector<file_setting>, std::string> read_config_file(const std::filesystem::path& file,
                                                                      std::span<const known_option> known);

}  // namespace tern::relay
