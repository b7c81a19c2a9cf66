// What a chat tells its user besides messages, on standard error and as --json records, and
// how bad the worst of it was.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/output/console.hpp"

#include <string>

namespace tern::cli {

class chat_report {
 public:
  explicit chat_report(console& out) : out_(out) {}

  void notice(const std::string& text);   // `* text`, unless -q
  void receipt(const std::string& text);  // the same, where standard error is a terminal, or with -v
  void detail(const std::string& text);   // the same, with -v
  // Whether a receipt or its record would reach anybody.
  bool wants_receipts() const { return out_.json_wanted() || out_.shows_receipts(); }
  // Something is wrong, but the chat goes on.
  void warn(const std::string& text);
  // Something that was wanted was not done: the chat goes on, and ends with `code`.
  void complain(exit_code code, const std::string& text);
  // For programs; no-op without --json.
  void record(const nlohmann::ordered_json& fields) { out_.record(fields); }

  // Of the first complaint.
  exit_code outcome() const { return outcome_; }

 private:
  console& out_;
  exit_code outcome_ = exit_code::done;
};

}  // namespace tern::cli
