#include "relay/text/rendering.hpp"

#include "cli/screen_safety/screen_safety.hpp"
#include "proto/utf8.hpp"
#include "relay/text/limits.hpp"

#include <utility>

namespace tern::relay {

namespace {

namespace chat = proto::chat;

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view gutter = "    | ";
constexpr std::size_t list_columns_max = 72;

// The filter leaves no CR, so each LF is a line end of its own.
std::string with_telnet_line_ends(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\n') out += '\r';
    out += letter;
  }
  return out + std::string{line_end};
}

std::string body_of(const chat::entry& said) {
  if (said.kind == chat::body_kind::bytes) return cli::screen_bytes(said.body.size());
  const std::string_view whole = proto::as_text(said.body);
  const std::string_view shown = proto::utf8_prefix(whole, text_shown_bytes_max);
  std::string text = cli::screen_text(shown, gutter);
  if (shown.size() < whole.size()) text += " [" + std::to_string(whole.size() - shown.size()) + " bytes more]";
  return text;
}

}  // namespace

std::string notice_line(std::string_view text) { return "* " + cli::screen_line(text) + std::string{line_end}; }

std::string entry_lines(const chat::entry& said) {
  return "[" + cli::screen_line(said.sender_name) + "] " + with_telnet_line_ends(body_of(said));
}

std::string presence_line(const chat::presence& change) {
  switch (change.what) {
    case chat::presence_change::joined:
      return notice_line(change.name + " joined");
    case chat::presence_change::left:
      return notice_line(change.name + " left");
    case chat::presence_change::renamed:
      return notice_line(change.previous_name + " is now " + change.name);
    case chat::presence_change::here:
      break;
  }
  return {};
}

std::string change_line(const chat::changed& change) {
  const std::string reason = change.text.empty() ? "" : ": " + change.text;
  switch (change.what) {
    case chat::change_kind::topic:
      return notice_line(change.by_name + " changed the topic" + reason);
    case chat::change_kind::live:
      return notice_line(change.by_name + " made this a live room: what is said here is not kept");
    case chat::change_kind::kick:
      return notice_line(change.by_name + " kicked " + change.who_name + " out" + reason);
    case chat::change_kind::ban:
      return notice_line(change.by_name + " banned " + change.who_name + reason);
    case chat::change_kind::mute:
      return notice_line(change.by_name + " muted " + change.who_name + reason);
    default:
      return {};
  }
}

std::string list_lines(std::string title, const std::vector<std::string>& names) {
  std::string lines;
  std::string line = std::move(title);
  for (const std::string& each : names) {
    if (line.size() + each.size() > list_columns_max) lines += notice_line(std::exchange(line, " "));
    line += " " + each;
  }
  return lines + notice_line(line);
}

std::string help_lines() {
  std::string lines;
  for (const std::string_view each :
       {"/nick NAME       be called guest-NAME", "/join ROOM       go to another room", "/who             who is here",
        "/msg NAME TEXT   to one person who has a name of their own", "//TEXT           says /TEXT",
        "/quit or bye     leave"}) {
    lines += notice_line(each);
  }
  return lines;
}

}  // namespace tern::relay
