// One config.toml: top-level keys with text, true/false or whole numbers.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace tern::cli {

// Empty where there is no such file. Throws failure (configuration) with the line for anything else.
std::map<std::string, std::string> read_config_file(const std::filesystem::path& file);

}  // namespace tern::cli
