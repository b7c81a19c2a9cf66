// Shows what `listen` receives, one message after the other, and counts it. Knows no sockets.
#pragma once

#include "cli/command/command.hpp"

#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace tern::cli {

// Text as fields of a --json record; bytes that are not UTF-8 are given as base64url, too.
nlohmann::ordered_json text_fields(std::string_view text);

struct listened {
  std::string sender;                                                // an address or a short key
  std::string_view body;                                             // from others: anything
  bool is_text = true;                                               // else only its size is shown
  bool line_ended = false;                                           // a line end was taken off, which --raw puts back
  nlohmann::ordered_json fields = nlohmann::ordered_json::object();  // besides type, time, from and text
};

class message_sink {
 public:
  // Reads --count and --raw. Throws failure (usage).
  explicit message_sink(context& call);

  // Keeps what goes wrong on standard output for rethrow(): this is called from within a server.
  void take(const listened& message);

  std::uint64_t count() const { return count_; }
  std::optional<std::uint64_t> count_max() const { return count_max_; }
  bool has_failed() const { return problem_ != nullptr; }
  bool is_done() const { return problem_ || (count_max_ && count_ >= *count_max_); }
  void rethrow() const;
  // How a `listen` ends that nothing came to for --timeout: done, or failure where more was expected.
  exit_code conclude(bool timed_out) const;

 private:
  void show(const listened& message);

  context& call_;
  std::optional<std::uint64_t> count_max_;
  bool raw_;
  std::uint64_t count_ = 0;
  std::exception_ptr problem_;
};

}  // namespace tern::cli
