#include "cli/config/config_file.hpp"

#include "cli/failure.hpp"

#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace tern::cli {

namespace {
[[noreturn]] void throw_bad_file(const std::filesystem::path& file, const std::string& problem) {
  throw failure(exit_code::configuration, "bad_config", fmt::format("{}: {}", file.string(), problem));
}

std::string value_text(const std::filesystem::path& file, std::string_view key, const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  throw_bad_file(file, fmt::format("line {}: {} must be text in quotes, true or false", node.source().begin.line, key));
}
}  // namespace

std::map<std::string, std::string> read_config_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  if (std::filesystem::is_fifo(file, ignored)) throw_bad_file(file, "is a pipe: nobody may ever write to it");
  std::ifstream stream(file, std::ios::binary);
  std::stringstream content;
  if (!stream || !(content << stream.rdbuf()).good()) {
    if (!stream || std::filesystem::is_directory(file, ignored)) throw_bad_file(file, "cannot be read");
  }
  std::map<std::string, std::string> values;
  try {
    for (const auto& [key, node] : toml::parse(content.str(), file.string())) {
      values.emplace(key.str(), value_text(file, key.str(), node));
    }
  } catch (const toml::parse_error& error) {
    throw_bad_file(file, fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
  return values;
}

}  // namespace tern::cli
