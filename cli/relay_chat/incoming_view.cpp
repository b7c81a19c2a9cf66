#include "cli/relay_chat/incoming_view.hpp"

#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/chat/room_news.hpp"
#include "cli/screen_safety/screen_safety.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace tern::cli {

namespace {
using proto::chat::destination_kind;
}  // namespace

void incoming_view::show(const incoming& came) {
  std::visit([this](const auto& each) { on(each); }, came);
}

void incoming_view::on_said(const destination& to) {
  // What is said to a person never comes back as an entry of that destination.
  if (to.kind == destination_kind::room) lines_[to].on_said();
}

void incoming_view::on_decided(const destination& to, std::optional<proto::log_position> committed_at) {
  if (to.kind != destination_kind::room) return;
  lines_[to].on_decided(committed_at);
  show_clear(to);
}

void incoming_view::on(const proto::chat::entry_received& came) {
  lines_[came.from].on_entry(came);
  show_clear(came.from);
}

// The place is kept when everything before it is on the screen, or was typed there.
void incoming_view::show_clear(const destination& from) {
  own_lines& lines = lines_[from];
  const auto before = lines.place();
  while (const auto entry = lines.poll()) show(*entry);
  if (lines.place() && lines.place() != before) places_.on_shown(from, *lines.place());
}

bool incoming_view::is_settled() const {
  const auto is_open = [this](const auto& each) { return rooms_.is_read(each.first) && each.second.is_expecting(); };
  return rooms_.are_live() && std::ranges::none_of(lines_, is_open);
}

void incoming_view::show(const proto::chat::entry_received& entry) {
  ++shown_;
  out_.data(message_line(entry.from, entry.message, rooms_.here().value_or(destination{})) + "\n");
  out_.record(message_record(entry.from, entry.message));
}

void incoming_view::on(const proto::chat::became_live& came) {
  if (!lines_[came.in].has_waiting()) places_.on_shown(came.in, came.place());
}

void incoming_view::on(const proto::chat::gap_found& came) {
  report_.notice(gap_line(came.in, came.missing));
  report_.record(gap_record(came.in, came.missing));
}

void incoming_view::on(const proto::chat::epoch_changed& came) {
  lines_[came.in].on_new_log();
  places_.on_new_log(came.in);
  report_.notice(
      fmt::format("the log of {} is another one now: the relay was restored or began anew; messages may be "
                  "missing, or come again",
                  place_label(came.in)));
  report_.record({{"type", "new_log"}, {"room", place_label(came.in)}});
}

void incoming_view::on(const status_change& change) {
  using phase = status_change::phase;
  if (change.now == phase::connecting) return;
  if (change.now == phase::kept) return tell_kept(change);
  tell_whether_lost(change);
  if (change.now == phase::connected) tell_carrier(change.carrier);
}

void incoming_view::tell_whether_lost(const status_change& change) {
  using phase = status_change::phase;
  const bool is_lost = change.now != phase::connected;
  // How the first try went is the business of who waits for it.
  if (!was_connected_ || is_lost == is_lost_) {
    was_connected_ = was_connected_ || !is_lost;
    return;
  }
  is_lost_ = is_lost;
  const std::string why = change.reason.empty() ? change.error.message() : screen_line(change.reason);
  report_.notice(!is_lost                      ? "connected again"
                 : change.now == phase::silent ? "the relay does not answer; trying again"
                                               : fmt::format("the connection is lost ({}); trying again", why));
  report_.record({{"type", "status"}, {"connected", !is_lost}});
}

void incoming_view::tell_kept(const status_change& change) {
  const auto chosen = change.carrier == transport::tcp ? transport::udp : transport::tcp;
  report_.notice(fmt::format("{} does not get through ({}); messages go over {} until it does", to_string(chosen),
                             change.error.message(), to_string(change.carrier)));
  report_.record({{"type", "transport"}, {"transport", to_string(change.carrier)}, {"failed", to_string(chosen)}});
}

// Each time it is another one; at first only where it is not what was to be expected.
void incoming_view::tell_carrier(transport carrier) {
  if (carrier == std::exchange(carrier_, carrier)) return;
  report_.notice(carrier == transport::tcp ? "messages go over tcp" : "messages go over udp again");
  report_.record({{"type", "transport"}, {"transport", to_string(carrier)}});
}

void incoming_view::on(const proto::chat::presence_changed& came) {
  const std::string line = presence_line(came.change);
  if (people_.on_change(came.in, came.change) && !line.empty()) report_.notice(line);
  report_.record(presence_record(came.in, came.change));
}

void incoming_view::on(const proto::chat::room_changed& came) {
  if (came.change.what == proto::chat::change_kind::live) places_.on_live_room(came.in);
  report_.notice(change_line_text(came.in, came.change));
  report_.record(change_record(came.in, came.change));
}

void incoming_view::on(const proto::chat::room_described& came) {
  if (came.state.is_live) places_.on_live_room(came.room);
  // Told again on every connection.
  if (std::exchange(states_[came.room], came.state) == came.state) return;
  const std::string line = room_state_text(came.room, came.state);
  if (!line.empty()) report_.notice(line);
  report_.record(room_state_record(came.room, came.state));
}

void incoming_view::on(const proto::chat::delivered_up_to& came) {
  report_.detail(fmt::format("delivered {} up to #{}", place_label(came.to), came.position.value));
  report_.record({{"type", "delivered"}, {"room", place_label(came.to)}, {"position", came.position.value}});
}

void incoming_view::on(const proto::chat::name_given& came) {
  // Told again on every connection.
  if (std::exchange(name_, came.name) == came.name) return;
  report_.notice(fmt::format("you are {}", screen_line(came.name)));
  report_.record({{"type", "name"}, {"name", came.name}, {"wanted", came.wanted}});
}

void incoming_view::on(const proto::chat::name_refused& came) {
  report_.notice(fmt::format("you cannot be {}: {}", screen_line(came.name), refusal_text(came.reason.reason)));
  report_.record({{"type", "name_refused"}, {"name", came.name}, {"reason", refusal_word(came.reason.reason)}});
}

void incoming_view::on(const proto::chat::join_refused& came) {
  const std::string why = refusal_line(came.reason.reason, came.reason.text);
  if (came.is_retried) return report_.notice(fmt::format("waiting to read {}: {}", place_label(came.in), why));
  report_.complain(exit_code::refused, fmt::format("you cannot read {}: {}", place_label(came.in), why));
}

void incoming_view::on(const proto::chat::destination_refused& came) {
  const std::string why = refusal_line(came.reason.reason, came.reason.text);
  if (came.is_retried) return report_.notice(fmt::format("waiting to reach {}: {}", place_label(came.to), why));
  // To a person: every message to them is refused, and that is told.
  if (came.to.kind != destination_kind::room) return;
  report_.complain(exit_code::refused, fmt::format("{} cannot be reached: {}", place_label(came.to), why));
}

void incoming_view::on(const keeping_failed& why) {
  report_.warn(
      fmt::format("{}; from here on a message is lost if this chat is killed before the relay has committed "
                  "it, and what was shown may be shown again next time",
                  why.text));
}

void incoming_view::on(const proto::chat::message_delayed& came) {
  report_.detail(fmt::format("to {}: {}; it is sent again", place_label(came.to),
                             refusal_line(came.reason.reason, came.reason.text)));
}

}  // namespace tern::cli
