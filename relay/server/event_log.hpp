// The relay's log: one event a line on standard error, as text or as JSON. Events have
// fields, not prose. No message bodies and no secrets come here; what others wrote
// (a reason for closing) is shown escaped. Where standard error takes no line at once, the
// line is lost, and how many were is said as soon as one is taken.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class logger;
}

namespace tern::relay {

class log_sink;

enum class log_level : std::uint8_t { debug, info, warning, error, off };
enum class log_format : std::uint8_t { text, json };

class event_log {
 public:
  using field = std::pair<std::string_view, std::string>;
  using fields = std::initializer_list<field>;

  event_log(log_level level, log_format format);
  ~event_log();
  event_log(const event_log&) = delete;
  event_log& operator=(const event_log&) = delete;

  // What is written from now on.
  void change(log_level level, log_format format);

  void debug(std::string_view event, fields details = {}) { write(log_level::debug, event, details); }
  void info(std::string_view event, fields details = {}) { write(log_level::info, event, details); }
  void warning(std::string_view event, fields details = {}) { write(log_level::warning, event, details); }
  void error(std::string_view event, fields details = {}) { write(log_level::error, event, details); }

 private:
  void write(log_level level, std::string_view event, fields details);
  void put(log_level level, std::string_view event, fields details);

  std::shared_ptr<log_sink> sink_;
  std::shared_ptr<spdlog::logger> logger_;
  log_format format_ = log_format::text;
};

// One line: `event name=value name="value with spaces"`.
std::string format_text(std::string_view event, event_log::fields details);
// The rest of a JSON object: `"event":"…","name":"value"`.
std::string format_json(std::string_view event, event_log::fields details);

}  // namespace tern::relay
