#include "relay/server/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <toml++/toml.h>

namespace tern::relay {

namespace {

constexpr std::string_view limits_table = "limits";

struct bad_file : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string place(const std::filesystem::path& file, const toml::source_region& at) {
  return fmt::format("{}:{}:{}", file.string(), at.begin.line, at.begin.column);
}

class reader {
 public:
  reader(const std::filesystem::path& file, std::span<const known_option> known) : file_(file), known_(known) {}

  std::vector<file_setting> take(const toml::table& all) {
    for (const auto& [key, node] : all) {
      if (key.str() == limits_table) {
        take_limits(node);
      } else {
        take_option(key, node);
      }
    }
    return std::move(settings_);
  }

 private:
  [[noreturn]] void refuse(const toml::source_region& at, const std::string& why) const {
    throw bad_file{fmt::format("{}: {}", place(file_, at), why)};
  }

  void add(std::string_view option, std::string value, const toml::node& at) {
    settings_.push_back({std::string{option}, std::move(value), place(file_, at.source())});
  }

  std::string all_keys() const {
    std::string names;
    for (const auto& option : known_) names += option.name + ", ";
    return names + fmt::format("[{}]", limits_table);
  }

  void take_option(const toml::key& key, const toml::node& node) {
    const auto option =
        std::find_if(known_.begin(), known_.end(), [&](const known_option& one) { return one.name == key.str(); });
    if (option == known_.end()) {
      refuse(key.source(), fmt::format("no such setting: {}; there are: {}", key.str(), all_keys()));
    } else if (option->kind == option_kind::flag) {
      take_flag(option->name, node);
    } else if (option->kind == option_kind::list && node.is_array()) {
      for (const auto& each : *node.as_array()) take_text(option->name, each);
    } else {
      take_text(option->name, node);
    }
  }

  void take_flag(const std::string& option, const toml::node& node) {
    const auto value = node.value_exact<bool>();
    if (!value) refuse(node.source(), option + " must be true or false");
    if (*value) add(option, "true", node);
  }

  void take_text(const std::string& option, const toml::node& node) {
    auto value = node.value_exact<std::string>();
    if (!value) refuse(node.source(), option + " must be text in quotes");
    add(option, std::move(*value), node);
  }

  void take_limits(const toml::node& node) {
    if (!node.is_table()) refuse(node.source(), fmt::format("[{}] must be a table", limits_table));
    for (const auto& [name, value] : *node.as_table()) {
      const auto number = value.value_exact<std::int64_t>();
      if (!number) refuse(value.source(), fmt::format("{} must be a whole number", name.str()));
      add("limit", fmt::format("{}={}", name.str(), *number), value);
    }
  }

  const std::filesystem::path& file_;
  std::span<const known_option> known_;
  std::vector<file_setting> settings_;
};

constexpr std::size_t config_bytes_max = std::size_t{1} << 20U;

std::string content_of(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  const int error = errno;
  if (!stream) throw bad_file{fmt::format("{}: {}", file.string(), std::generic_category().message(error))};
  if (std::filesystem::is_directory(file, ignored)) throw bad_file{file.string() + ": is a folder"};
  std::string content(config_bytes_max + 1, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(stream.gcount()));
  if (content.size() > config_bytes_max) throw bad_file{file.string() + ": is too big for settings: 1 MiB at most"};
  return content;
}

}  // namespace

tl::expected<std::vector<file_setting>, std::string> read_config_file(const std::filesystem::path& file,
                                                                      std::span<const known_option> known) {
  try {
    return reader{file, known}.take(toml::parse(content_of(file), file.string()));
  } catch (const toml::parse_error& problem) {
    return tl::unexpected(fmt::format("{}: {}", place(file, problem.source()), problem.description()));
  } catch (const bad_file& problem) {
    return tl::unexpected(std::string{problem.what()});
  }
}

}  // namespace tern::relay
