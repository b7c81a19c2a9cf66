#include "relay/text/one_shots.hpp"

#include "proto/utf8.hpp"

#include <utility>

namespace tern::relay {

namespace {

namespace chat = proto::chat;

// With the guest's prefix that the hub puts before it: guest-udp.
constexpr std::string_view speaker = "udp";

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string refusal(std::string_view why) { return "no: " + std::string{why} + "\n"; }

}  // namespace

one_shots::one_shots(const chat::key_bytes& key, const text_limits& limits, text_counters& counters,
                     proto::entropy& entropy)
    : text_bytes_max_(static_cast<std::size_t>(limits.line_bytes_max)),
      counters_(counters),
      talk_({.self = key, .limits = {.messages_max = one_shots_undecided_max}}, entropy) {}

void one_shots::start(std::string room, proto::time_point now, proto::wall_time wall) {
  room_ = std::move(room);
  talk_.on_connected(now, wall);
  talk_.claim_name(std::string{speaker}, {});
}

tl::expected<one_shot_id, std::string> one_shots::on_datagram(proto::byte_view datagram, proto::time_point now) {
  const std::string_view text = without_line_end(proto::as_text(datagram));
  if (text.empty()) return refused("there is no text");
  if (text.size() > text_bytes_max_) return refused("the text is too long");
  if (!proto::is_valid_utf8(text)) return refused("text must be UTF-8");
  const auto body = proto::as_bytes(text);
  const chat::say_options options{.deadline = now + one_shot_patience};
  const auto said =
      talk_.say(chat::destination::room(room_), chat::body_kind::text, {body.begin(), body.end()}, options, now);
  if (!said) return refused("too many at once");
  return *said;
}

tl::unexpected<std::string> one_shots::refused(std::string_view why) {
  ++counters_.one_shots_refused;
  return tl::unexpected(refusal(why));
}

void one_shots::on_message(proto::lane_id lane, proto::byte_view message, proto::time_point now) {
  // Nothing that the hub says is against the protocol; if it were, the messages would expire.
  if (talk_.on_message(lane, message, now)) drain_events();
}

void one_shots::on_timeout(proto::time_point now) {
  talk_.on_timeout(now);
  drain_events();
}

void one_shots::drain_events() {
  while (const auto event = talk_.poll_event()) {
    if (const auto* done = std::get_if<chat::message_committed>(&*event)) {
      answers_.push_back({done->id, "ok\n"});
    } else if (const auto* failed = std::get_if<chat::message_refused>(&*event)) {
      answers_.push_back({failed->id, refused(failed->reason.text).value()});
    } else if (const auto* late = std::get_if<chat::message_expired>(&*event)) {
      answers_.push_back({late->id, refused("the relay is busy").value()});
    }
  }
}

std::optional<one_shot_answer> one_shots::poll_answer() {
  if (answers_.empty()) return std::nullopt;
  one_shot_answer next = std::move(answers_.front());
  answers_.pop_front();
  return next;
}

std::string fit_answer(std::string answer, std::size_t datagram_bytes) {
  if (answer.size() > datagram_bytes) answer.resize(datagram_bytes);
  return answer;
}

}  // namespace tern::relay
