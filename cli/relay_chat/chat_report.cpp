#include "cli/relay_chat/chat_report.hpp"

#include <nlohmann/json.hpp>

namespace tern::cli {

void chat_report::notice(const std::string& text) { out_.note("* " + text); }
void chat_report::receipt(const std::string& text) { out_.receipt("* " + text); }
void chat_report::detail(const std::string& text) { out_.detail("* " + text); }

void chat_report::warn(const std::string& text) {
  out_.error("tern chat: " + text);
  out_.record({{"type", "warning"}, {"text", text}});
}

void chat_report::complain(exit_code code, const std::string& text) {
  out_.error("tern chat: " + text);
  out_.record({{"type", "error"}, {"error", text}, {"exit", to_int(code)}});
  if (outcome_ == exit_code::done) outcome_ = code;
}

}  // namespace tern::cli
