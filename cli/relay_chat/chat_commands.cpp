#include "cli/relay_chat/chat_commands.hpp"

#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/chat/room_news.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/units/units.hpp"
#include "proto/chat/names.hpp"
#include "proto/error.hpp"
#include "proto/seal/base64url.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace tern::cli {

namespace {
// Who types sees what was wrong and types again; of a script it would be lost.
exit_code typo_outcome() { return ::isatty(STDIN_FILENO) == 1 ? exit_code::done : exit_code::failed; }
}  // namespace

chat_commands::chat_commands(chat_base& base, chat_rooms& rooms, said_messages& said)
    : base_(base), rooms_(rooms), said_(said), cost_of_a_typo_(typo_outcome()) {}

void chat_commands::obey(const std::string& typed) {
  std::visit([this](const auto& line) { on(line); }, parse_chat_line(typed));
}

const proto::chat::destination* chat_commands::required_place() {
  if (rooms_.here()) return &*rooms_.here();
  base_.report.complain(exit_code::failed, "you are in no room, nothing was sent; /join ROOM");
  return nullptr;
}

void chat_commands::on(const say_line& line) {
  if (const auto* place = required_place()) said_.say(*place, line.text);
}

void chat_commands::on(const whisper_line& line) {
  said_.say(proto::chat::destination::person(line.person), line.text);
}

void chat_commands::on(const join_line& line) { rooms_.enter(proto::chat::destination::room(line.room)); }

void chat_commands::on(const leave_line& line) { rooms_.leave(line.room); }

void chat_commands::on(const nick_line& line) { base_.link.claim_name(line.name, {}); }

void chat_commands::on(const who_line&) {
  if (const auto* place = required_place()) ask(list_people(*place));
}

void chat_commands::on(const rooms_line&) { ask(list_rooms()); }

void chat_commands::on(const history_line& line) {
  if (const auto* place = required_place()) ask(list_history(*place, line.limit));
}

void chat_commands::ask(net::awaitable<void> question) { base_.work.start(ask_in_turn(asked_++, std::move(question))); }

net::awaitable<void> chat_commands::ask_in_turn(std::uint64_t turn, net::awaitable<void> question) {
  while (answered_ < turn) co_await base_.changed.wait();
  // A question that fails ends the chat, and those behind it have to end, too.
  try {
    co_await std::move(question);
  } catch (...) {
    ++answered_;
    throw;
  }
  ++answered_;
}

net::awaitable<void> chat_commands::list_people(proto::chat::destination in) {
  const auto [error, answer] = co_await base_.link.async_who(in, net::as_result);
  if (error) co_return on_unanswered(error, answer.refusal);
  for (const auto& person : answer.people) {
    base_.call.out.data(fmt::format("here: {} ({})\n", person_label(person.name, person.key), short_key(person.key)));
    base_.report.record({{"type", "person"}, {"name", person.name}, {"key", proto::to_base64url(person.key)}});
  }
}

net::awaitable<void> chat_commands::list_rooms() {
  const auto [error, answer] = co_await base_.link.async_rooms(net::as_result);
  if (error) co_return on_unanswered(error, answer.refusal);
  for (const auto& room : answer.rooms) {
    base_.call.out.data(fmt::format("room: {} ({} here)\n", screen_line(room.name), room.members));
    base_.report.record({{"type", "room"}, {"room", room.name}, {"members", room.members}});
  }
}

net::awaitable<void> chat_commands::list_history(proto::chat::destination of, std::uint32_t limit) {
  // What was said before the question is part of the answer.
  co_await said_.until_decided();
  proto::chat::history query;
  query.mode = proto::chat::history_mode::latest;
  query.limit = limit;
  const auto [error, answer] = co_await base_.link.async_history(of, query, net::as_result);
  if (error) co_return on_unanswered(error, answer.refusal);
  for (const auto& message : answer.entries) {
    base_.call.out.data(log_line(message) + "\n");
    auto record = message_record(of, message);
    record["type"] = "history";
    base_.report.record(record);
  }
}

void chat_commands::on(const change_line& line) {
  if (const auto* place = required_place()) ask(change(*place, line.wish));
}

net::awaitable<void> chat_commands::change(proto::chat::destination in, proto::chat::change wish) {
  const bool is_found = co_await find_guest(in, wish);
  if (!is_found)
    co_return base_.report.complain(exit_code::failed, fmt::format("{} is not here", screen_line(wish.who)));
  const auto [error, answer] = co_await base_.link.async_change(in, wish, net::as_result);
  if (error) co_return on_unanswered(error, answer.refusal);
  base_.report.notice(change_line_text(in, answer.done));
  base_.report.record(change_record(in, answer.done));
}

// Guests are shown by their keys, which the relay does not know as names.
net::awaitable<bool> chat_commands::find_guest(const proto::chat::destination& in, proto::chat::change& wish) {
  if (!wish.who.starts_with(proto::chat::reserved_prefix)) co_return true;
  const auto [error, answer] = co_await base_.link.async_who(in, net::as_result);
  for (const auto& person : answer.people) {
    if (person_label(person.name, person.key) != wish.who) continue;
    wish.who_kind = proto::chat::destination_kind::person_key;
    wish.who = proto::as_text(person.key);
    co_return true;
  }
  co_return false;
}

void chat_commands::on_unanswered(std::error_code error, const std::optional<proto::chat::failed>& refusal) {
  if (refusal) return base_.report.complain(exit_code::refused, refusal_line(refusal->reason, refusal->text));
  if (!base_.is_ending) base_.report.complain(exit_code::failed, "the relay did not answer that: " + error.message());
}

void chat_commands::on(const transport_line& line) {
  if (const auto choice = transport_choice_from(line.wanted)) {
    base_.link.use(*choice);
    if (base_.link.statistics().carrier) return;  // a change of it is told when it is made
  }
  const auto carrier = base_.link.statistics().carrier;
  base_.report.notice(carrier ? fmt::format("messages go over {}", to_string(*carrier)) : "not connected");
}

void chat_commands::on(const stats_line&) {
  const client_statistics all = base_.link.statistics();
  if (!all.connection) return base_.report.notice("not connected");
  const auto& now = *all.connection;
  base_.report.notice(fmt::format(
      "{}, round trip {} (at best {}), {} packets sent, {} received, {} lost; undecided messages: {}",
      to_string(all.carrier.value_or(transport::udp)), format_duration(now.rtt_smoothed), format_duration(now.rtt_min),
      now.packets_sent, now.packets_received, now.packets_lost, all.undecided));
}

void chat_commands::on(const help_line&) { base_.call.out.note(chat_help_text()); }

void chat_commands::on(const wrong_line& line) { base_.report.complain(cost_of_a_typo_, line.complaint); }

}  // namespace tern::cli
