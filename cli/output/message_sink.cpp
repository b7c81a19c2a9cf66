#include "cli/output/message_sink.hpp"

#include "cli/failure.hpp"
#include "cli/output/wall_clock.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/units/units.hpp"
#include "proto/bytes.hpp"
#include "proto/seal/base64url.hpp"
#include "proto/utf8.hpp"

#include <fmt/format.h>

namespace tern::cli {

namespace {
std::string shown_body(const listened& message) {
  if (!message.is_text) return screen_bytes(message.body.size());
  const bool ends_line = message.body.ends_with('\n');
  return screen_text(message.body.substr(0, message.body.size() - (ends_line ? 1 : 0)), "    | ");
}
}  // namespace

nlohmann::ordered_json text_fields(std::string_view text) {
  nlohmann::ordered_json fields{{"text", text}, {"bytes", text.size()}};
  if (!proto::is_valid_utf8(text)) fields["base64url"] = proto::to_base64url(proto::as_bytes(text));
  return fields;
}

message_sink::message_sink(context& call)
    : call_(call), count_max_(call.args.number("count", 1, UINT64_MAX)), raw_(call.args.has("raw")) {
  if (raw_ && call.out.stdout_is_terminal()) throw usage_error("--raw is for files and pipes, not for a terminal");
}

void message_sink::take(const listened& message) {
  if (is_done()) return;
  try {
    show(message);
    ++count_;
  } catch (...) {
    problem_ = std::current_exception();
  }
}

void message_sink::rethrow() const {
  if (problem_) std::rethrow_exception(problem_);
}

void message_sink::show(const listened& message) {
  if (raw_) {
    call_.out.data(std::string(message.body) + (message.line_ended ? "\n" : ""));
  } else {
    call_.out.data(fmt::format("{} {} {}\n", local_now(), message.sender, shown_body(message)));
  }
  nlohmann::ordered_json record{{"type", "message"}, {"time", utc_now()}, {"from", message.sender}};
  record.update(message.fields);
  record.update(text_fields(message.body));
  call_.out.record(record);
}

exit_code message_sink::conclude(bool timed_out) const {
  rethrow();
  call_.result["messages"] = count_;
  if (!timed_out || (!count_max_ && count_ > 0)) return exit_code::done;
  const std::string wanted = count_max_ ? fmt::format(" of {}", *count_max_) : std::string();
  throw failure(exit_code::failed, "timeout",
                fmt::format("nothing more came for {}; {}{} messages were received",
                            format_duration(call_.args.duration("timeout").value_or(std::chrono::nanoseconds{})),
                            count_, wanted));
}

}  // namespace tern::cli
