#include "relay/server/event_log.hpp"

#include "proto/utf8.hpp"
#include "relay/server/log_sink.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace tern::relay {

namespace {

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
    case log_level::off:
      break;
  }
  return spdlog::level::off;
}

bool is_plain(char letter) { return letter > ' ' && letter <= '~' && letter != '"' && letter != '\\' && letter != '='; }

// Everything but printable ASCII is shown as \xNN: no text of others moves the cursor.
std::string escaped(std::string_view value) {
  std::string text = "\"";
  for (const char letter : value) {
    if (is_plain(letter) || letter == ' ' || letter == '=') {
      text += letter;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
    }
  }
  return text + '"';
}

std::string json_string(std::string_view value) {
  return nlohmann::json(value).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string format_text(std::string_view event, event_log::fields details) {
  std::string line{event};
  for (const auto& [name, value] : details) {
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), is_plain);
    line += fmt::format(" {}={}", name, plain ? value : escaped(value));
  }
  return line;
}

std::string format_json(std::string_view event, event_log::fields details) {
  std::string object = fmt::format("\"event\":{}", json_string(event));
  for (const auto& [name, value] : details) object += fmt::format(",{}:{}", json_string(name), json_string(value));
  return object;
}

event_log::event_log(log_level level, log_format format)
    : sink_(std::make_shared<log_sink>(STDERR_FILENO)), logger_(std::make_shared<spdlog::logger>("relay", sink_)) {
  change(level, format);
}

event_log::~event_log() = default;

void event_log::change(log_level level, log_format format) {
  format_ = format;
  logger_->set_level(to_spdlog(level));
  logger_->set_pattern(format == log_format::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                                  : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                       spdlog::pattern_time_type::utc);
}

void event_log::write(log_level level, std::string_view event, fields details) {
  if (!logger_->should_log(to_spdlog(level))) return;
  if (sink_->lost() > 0 && sink_->is_ready())
    put(log_level::error, "log", {{"lines-lost", std::to_string(sink_->take_lost())}});
  put(level, event, details);
}

void event_log::put(log_level level, std::string_view event, fields details) {
  logger_->log(to_spdlog(level),
               format_ == log_format::json ? format_json(event, details) : format_text(event, details));
}

}  // namespace tern::relay
