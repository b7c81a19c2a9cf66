// How a command ends early. Thrown by commands and what they call, caught once in
// dispatch, which prints the message (and the `--json` record) and returns the code.
#pragma once

#include "cli/exit_code.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace tern::cli {

class failure : public std::runtime_error {
 public:
  // `reason` is a word for programs ("refused", "key_changed"); `message` says what was
  // tried, what happened and what to do, in one or two lines.
  failure(exit_code code, std::string reason, const std::string& message)
      : std::runtime_error(message), code_(code), reason_(std::move(reason)) {}

  exit_code code() const { return code_; }
  const std::string& reason() const { return reason_; }

 private:
  exit_code code_;
  std::string reason_;
};

inline failure usage_error(const std::string& message) { return {exit_code::usage, "usage", message}; }

// SIGINT, SIGTERM or SIGHUP ended the command; there is nothing more to say.
class interrupted : public std::runtime_error {
 public:
  explicit interrupted(int signal) : std::runtime_error("interrupted"), signal_(signal) {}
  int signal() const { return signal_; }

 private:
  int signal_;
};

}  // namespace tern::cli
