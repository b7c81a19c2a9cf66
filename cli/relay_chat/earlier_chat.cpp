#include "cli/relay_chat/earlier_chat.hpp"

#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/screen_safety/screen_safety.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace tern::cli {

void earlier_chat::on(const earlier_messages& found) {
  const bool is_first = std::exchange(open_, open_ + found.count) == 0;
  base_.report.notice(found.count == 1
                          ? "1 message that an earlier chat left is sent now"
                          : fmt::format("{} messages that an earlier chat left are sent now", found.count));
  base_.report.record({{"type", "earlier"}, {"messages", found.count}});
  if (is_first) base_.work.start(until_decided());
}

// The end of the chat waits for them as for what was said here.
net::awaitable<void> earlier_chat::until_decided() {
  while (open_ > 0 && !base_.is_hung_up) co_await base_.changed.wait();
}

void earlier_chat::on(const earlier_decided& came) {
  --open_;
  base_.changed.notify();
  switch (came.is) {
    case earlier_decided::fate::committed:
      base_.report.detail(fmt::format("committed {} #{}, said at {} in an earlier chat", place_label(came.to),
                                      came.position.value, utc_text(came.message.said_at)));
      base_.report.record({{"type", "committed"},
                           {"room", place_label(came.to)},
                           {"position", came.position.value},
                           {"earlier", true}});
      return;
    case earlier_decided::fate::relayed:
      base_.report.detail(fmt::format("relayed {}, said at {} in an earlier chat", place_label(came.to),
                                      utc_text(came.message.said_at)));
      base_.report.record({{"type", "relayed"}, {"room", place_label(came.to)}, {"earlier", true}});
      return;
    case earlier_decided::fate::decided:
      return base_.report.detail(
          fmt::format("to {}: a message of an earlier chat had been decided before", place_label(came.to)));
    case earlier_decided::fate::refused:
      return complain(came, exit_code::refused, refusal_line(came.refusal->reason, came.refusal->text));
    case earlier_decided::fate::expired:
      return complain(came, exit_code::unconfirmed, "its time is over, and no commit was seen; it may have arrived");
  }
}

void earlier_chat::complain(const earlier_decided& came, exit_code code, const std::string& why) {
  constexpr std::size_t shown_max = 200;
  const auto& body = came.message.body;
  const std::string words = came.message.kind == proto::chat::body_kind::text
                                ? screen_line(std::string(proto::as_text(body)).substr(0, shown_max))
                                : fmt::format("{} bytes", body.size());
  base_.report.complain(code, fmt::format("given up: what was said to {} at {} in an earlier chat ({}): {}",
                                          place_label(came.to), utc_text(came.message.said_at), words, why));
}

}  // namespace tern::cli
