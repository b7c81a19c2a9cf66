#include "cli/plain/message_sink.hpp"

#include "cli/failure.hpp"
#include "cli/output/wall_clock.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

message_sink::message_sink(context& call, udp::transport transport)
    : call_(call),
      transport_(transport),
      count_max_(call.args.number("count", 1, UINT64_MAX)),
      raw_(call.args.has("raw")) {
  if (raw_ && call.out.stdout_is_terminal()) throw usage_error("--raw is for files and pipes, not for a terminal");
}

void message_sink::take(const proto::address& from, std::string_view text) {
  if (is_done()) return;
  try {
    show(from, text);
    ++count_;
  } catch (...) {
    problem_ = std::current_exception();
  }
}

void message_sink::rethrow() const {
  if (problem_) std::rethrow_exception(problem_);
}

void message_sink::show(const proto::address& from, std::string_view text) {
  if (raw_) {
    call_.out.data(text);
    if (transport_ == udp::transport::tcp) call_.out.data("\n");
  } else {
    const std::string_view line = text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
    call_.out.data(fmt::format("{} {} {}\n", local_now(), from.to_string(), screen_text(line, "    | ")));
  }
  nlohmann::ordered_json record{
      {"type", "message"}, {"time", utc_now()}, {"from", from.to_string()}, {"transport", transport_name(transport_)}};
  record.update(text_fields(text));
  call_.out.record(record);
}

}  // namespace tern::cli
