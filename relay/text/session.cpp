#include "relay/text/session.hpp"

#include "proto/chat/names.hpp"
#include "proto/utf8.hpp"
#include "relay/text/rendering.hpp"

#include <utility>

namespace tern::relay {

namespace {

namespace chat = proto::chat;
using chat::destination;
using chat::destination_kind;

// Lines of one visitor, with one beside for /msg to somebody else.
constexpr chat::outbox_limits outbox{.messages_max = text_undecided_max, .bytes_max = std::size_t{1} << 20U};

bool is_room(const destination& to) { return to.kind == destination_kind::room; }

}  // namespace

text_session::text_session(const text_visitor& who, const text_limits& limits, text_counters& counters,
                           proto::entropy& entropy)
    : who_(who),
      line_bytes_max_(static_cast<std::size_t>(limits.line_bytes_max)),
      counters_(counters),
      talk_({.self = who.key, .limits = outbox, .takes_what_arrives = false}, entropy),
      lines_(line_bytes_max_) {}

void text_session::start(const std::string& room, proto::time_point now, proto::wall_time wall) {
  output_ += "Welcome " + who_.name + " (" + who_.address + ")\r\n";
  notice("/nick NAME, /join ROOM, /who, /msg NAME TEXT, /help, /quit or bye; everything else is said to the room");
  talk_.on_connected(now, wall);
  ask_room(room);
}

void text_session::on_bytes(proto::byte_view input, proto::time_point now) {
  if (ended_ || is_done_) return;
  auto [text, answers] = telnet_.decode(input);
  output_ += answers;
  lines_.push(text);
  work(now);
}

void text_session::on_end(proto::time_point now) {
  ended_ = true;
  work(now);
}

void text_session::on_message(proto::lane_id lane, proto::byte_view message, proto::time_point now) {
  if (is_done_) return;
  if (!talk_.on_message(lane, message, now)) return on_dismissed("the relay spoke nonsense");
  drain_events();
  work(now);
}

void text_session::on_dismissed(std::string_view reason) {
  if (std::exchange(is_done_, true)) return;
  notice(reason);
}

void text_session::on_timeout(proto::time_point now) {
  talk_.on_timeout(now);
  drain_events();
  work(now);
}

std::optional<proto::time_point> text_session::next_deadline() const {
  return is_done_ ? std::nullopt : talk_.next_deadline();
}

std::string text_session::take_output(proto::time_point now) {
  if (!here_.empty()) output_ += list_lines("here:", std::exchange(here_, {}));
  std::string taken = std::exchange(output_, {});
  if (written_) talk_.taken(destination::room(room_), *written_, now);
  written_ = std::exchange(shown_, std::nullopt);
  work(now);
  return taken;
}

bool text_session::may_go_on() const {
  return !leaving_ && !is_done_ && open_ == question::none && talk_.undecided() < text_undecided_max &&
         has_output_space();
}

void text_session::work(proto::time_point now) {
  while (may_go_on()) {
    auto line = lines_.next();
    if (!line && ended_) line = lines_.rest();
    if (!line) {
      leaving_ = ended_;
      break;
    }
    on_line(*line, now);
  }
  finish_if_drained();
}

void text_session::finish_if_drained() {
  if (!leaving_ || is_done_ || !talk_.is_drained()) return;
  notice("goodbye");
  is_done_ = true;
}

void text_session::on_line(const text_line& line, proto::time_point now) {
  if (line.is_too_long) return refuse_line("a line has at most " + std::to_string(line_bytes_max_) + " bytes");
  if (!proto::is_valid_utf8(line.text)) return refuse_line("text must be UTF-8");
  const text_command wish = parse_text_command(line.text);
  switch (wish.what) {
    case text_verb::nothing:
      return;
    case text_verb::say:
      return say(wish.text, now);
    case text_verb::nick:
      return ask_name(wish.argument);
    case text_verb::join:
      return ask_room(wish.argument);
    case text_verb::who:
      return ask_people();
    case text_verb::message:
      return tell(wish.argument, wish.text, now);
    case text_verb::help:
      output_ += help_lines();
      return;
    case text_verb::quit:
      leaving_ = true;
      return;
    case text_verb::unknown:
      return notice("no such command: " + std::string{wish.argument} + "; /help lists them");
  }
}

void text_session::say(std::string_view text, proto::time_point now) {
  if (room_.empty()) return notice("not sent: you are in no room; /join ROOM");
  submit(destination::room(room_), text, now);
}

void text_session::tell(std::string_view name, std::string_view text, proto::time_point now) {
  const auto folded = chat::fold_name(name);
  if (!folded || text.empty()) return notice("/msg NAME TEXT: to whom, and what?");
  submit(destination::person(*folded), text, now);
}

void text_session::submit(const destination& to, std::string_view text, proto::time_point now) {
  const auto body = proto::as_bytes(text);
  const chat::say_options options{.deadline = now + text_patience};
  const auto said = talk_.say(to, chat::body_kind::text, {body.begin(), body.end()}, options, now);
  if (!said) notice("not sent: " + said.error().message());
}

void text_session::ask_name(std::string_view name) {
  if (name.empty()) return notice("you are " + who_.name + "; /nick NAME changes that");
  if (name.size() > chat::name_bytes_max) return notice("a name has at most 32 bytes");
  open_ = question::name;
  talk_.claim_name(std::string{name}, {});
}

void text_session::ask_room(std::string_view room) {
  const auto folded = chat::fold_name(room);
  if (!folded) return notice("/join ROOM: rooms are 1 to 32 of a-z 0-9 _ -");
  if (*folded == room_) return notice("you are in " + room_);
  if (!talk_.join(destination::room(*folded), {})) return notice("too many rooms and people for one visit");
  next_room_ = *folded;
  open_ = question::room;
}

void text_session::ask_people() {
  if (room_.empty()) return notice("you are in no room; /join ROOM");
  if (talk_.ask_who(destination::room(room_))) open_ = question::people;
}

void text_session::notice(std::string_view text) { output_ += notice_line(text); }

void text_session::refuse_line(std::string_view why) {
  ++counters_.lines_refused;
  notice("not sent: " + std::string{why});
}

void text_session::drain_events() {
  while (const auto event = talk_.poll_event()) {
    std::visit([this](const auto& known) { on(known); }, *event);
  }
}

void text_session::on(const chat::message_committed& event) {
  // Once for all that waits: at the relay's pace each commit is followed by a further delay.
  if (talk_.is_drained()) told_delay_ = false;
  if (!is_room(event.to)) notice("to " + event.to.name + ": sent");
}

void text_session::on(const chat::message_refused& event) { notice("not sent: " + event.reason.text); }

void text_session::on(const chat::message_expired& event) {
  notice(event.was_sent ? "not sent in time, and it is not known whether it will be" : "not sent in time");
}

void text_session::on(const chat::message_delayed& event) {
  if (!std::exchange(told_delay_, true)) notice("waiting: " + event.reason.text);
}

void text_session::on(const chat::destination_refused& event) {
  if (is_room(event.to)) on_room_refused(event.to, event.reason.text, event.is_retried);
}

void text_session::on(const chat::join_refused& event) {
  on_room_refused(event.in, event.reason.text, event.is_retried);
}

void text_session::on_room_refused(const destination& in, std::string_view why, bool is_retried) {
  const std::string told = in.name + ": " + std::string{why};
  if (is_retried) return notice(told + "; trying again");
  talk_.leave(in);
  if (in.name == next_room_) {
    next_room_.clear();
    open_ = question::none;
    notice(told);
  } else if (in.name == room_) {
    room_.clear();
    notice(told + "; you are in no room");
  }
}

void text_session::on(const chat::entry_received& event) {
  if (!event.own) output_ += entry_lines(event.message);
  if (event.from.name == room_) shown_ = event.message.position;
}

void text_session::on(const chat::gap_found& event) {
  notice(std::to_string(event.missing.last.value - event.missing.first.value + 1) + " messages are missing here");
}

void text_session::on(const chat::became_live& event) {
  if (event.in.name != next_room_) return;
  if (!room_.empty()) talk_.leave(destination::room(room_));
  room_ = std::exchange(next_room_, {});
  shown_.reset();
  written_.reset();
  open_ = question::none;
  notice("you are in " + room_);
}

void text_session::on(const chat::presence_changed& event) {
  if (event.change.what == chat::presence_change::here) {
    here_.push_back(event.change.name);
  } else {
    output_ += presence_line(event.change);
  }
}

void text_session::on(const chat::room_changed& event) { output_ += change_line(event.change); }

void text_session::on(const chat::room_described& event) {
  if (event.state.is_live) notice(event.room.name + ": what is said here is not kept");
  if (!event.state.topic.empty()) notice(event.room.name + ": " + event.state.topic);
}

void text_session::on(const chat::people_listed& event) {
  open_ = question::none;
  std::vector<std::string> names;
  for (const chat::person& each : event.people) names.push_back(each.name);
  output_ += list_lines(std::to_string(names.size()) + " in " + event.in.name + ":", names);
}

void text_session::on(const chat::request_failed& event) {
  open_ = question::none;
  notice(event.reason.text);
}

void text_session::on(const chat::name_given& event) {
  who_.name = event.name;
  open_ = question::none;
  notice("you are " + who_.name);
}

void text_session::on(const chat::name_refused& event) {
  open_ = question::none;
  notice(event.name + ": " + event.reason.text);
}

}  // namespace tern::relay
