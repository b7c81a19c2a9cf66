#include "cli/relay_chat/said_messages.hpp"

#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/units/units.hpp"
#include "proto/error.hpp"
#include "proto/utf8.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
// Below what a client's outbox holds (relay.md, section 5).
constexpr std::size_t messages_in_flight_max = 256;
constexpr std::size_t bytes_in_flight_max = std::size_t{8} << 20U;
}  // namespace

bool said_messages::is_full() const {
  return said_ - decided_ >= messages_in_flight_max || bytes_in_flight_ >= bytes_in_flight_max;
}

void said_messages::say(const proto::chat::destination& to, std::string text) {
  if (!proto::is_valid_utf8(text)) {
    return base_.report.complain(exit_code::failed, "not sent: the line is not valid UTF-8");
  }
  if (text.size() > proto::chat::body_bytes_max) return refuse_long_line();
  ++said_;
  bytes_in_flight_ += text.size();
  view_.on_said(to);
  base_.work.start(deliver(to, std::move(text)));
}

void said_messages::refuse_long_line() {
  base_.report.complain(exit_code::failed,
                        fmt::format("not sent: the line is more than {}, which is the most a message may have",
                                    format_size(proto::chat::body_bytes_max)));
}

net::awaitable<void> said_messages::until_decided() {
  for (const auto said_so_far = said_; decided_ < said_so_far;) co_await base_.changed.wait();
}

net::awaitable<void> said_messages::deliver(proto::chat::destination to, std::string text) {
  const proto::byte_view view = proto::as_bytes(text);
  proto::bytes body(view.begin(), view.end());
  bool is_kept = false;
  message_options options;
  options.on_kept = [this, &is_kept, &to, &text] {
    is_kept = true;
    on_kept(to, text);
  };
  auto [error, got] =
      co_await base_.link.async_send(to, proto::chat::body_kind::text, std::move(body), options, net::as_result);
  ++decided_;
  bytes_in_flight_ -= text.size();
  if (error) {
    on_failed(error, got, is_kept);
  } else {
    on_committed(got);
  }
  const bool has_place = !error && got.position.value > 0;
  view_.on_decided(to, has_place ? std::optional{got.position} : std::nullopt);
}

void said_messages::on_kept(const proto::chat::destination& to, const std::string& text) {
  base_.report.record({{"type", "pending"}, {"room", place_label(to)}, {"text", text}});
}

void said_messages::on_committed(const receipt& got) {
  ++(got.is_kept ? committed_ : relayed_);
  base_.report.detail(receipt_line(got.to, got.position, got.latency, got.duplicate, got.is_kept));
  base_.report.record({{"type", got.is_kept ? "committed" : "relayed"},
                       {"room", place_label(got.to)},
                       {"position", got.position.value},
                       {"time", utc_text(got.time)},
                       {"latency_ms", static_cast<double>(got.latency.count()) / 1e6},
                       {"duplicate", got.duplicate}});
}

void said_messages::on_failed(std::error_code error, const receipt& got, bool is_kept) {
  if (error == proto::errc::refused && got.refusal) {
    base_.report.complain(exit_code::refused, "not sent: " + refusal_line(got.refusal->reason, got.refusal->text));
  } else if (error == proto::errc::queue_full) {
    base_.report.complain(exit_code::failed, "not sent: " + error.message());
  } else {
    // The connection is given up, which is told by who knows why.
    ++(is_kept ? kept_ : unconfirmed_);
  }
}

}  // namespace tern::cli
