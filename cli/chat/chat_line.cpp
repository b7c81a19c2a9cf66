#include "cli/chat/chat_line.hpp"

#include "cli/chat/change_line.hpp"
#include "cli/chat/words.hpp"
#include "cli/command/suggestion.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "proto/chat/names.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace tern::cli {

namespace {
constexpr std::uint32_t history_limit_max = 200;

chat_line name_complaint(std::string_view typed) {
  return wrong_line{fmt::format("'{}' is no name: 1 to 32 of a-z, 0-9, - and _", screen_line(typed))};
}

chat_line parse_join(std::string_view rest) {
  if (rest.empty()) return wrong_line{"/join ROOM: which room?"};
  const auto room = proto::chat::fold_name(rest);
  return room ? chat_line{join_line{*room}} : name_complaint(rest);
}

chat_line parse_leave(std::string_view rest) {
  if (rest.empty()) return leave_line{};
  const auto room = proto::chat::fold_name(rest);
  return room ? chat_line{leave_line{*room}} : name_complaint(rest);
}

chat_line parse_whisper(std::string_view rest) {
  const auto [typed, text] = split_word(rest);
  if (typed.empty() || text.empty()) return wrong_line{"/msg NAME TEXT: to whom, and what?"};
  const auto person = proto::chat::fold_name(typed.starts_with('@') ? typed.substr(1) : typed);
  return person ? chat_line{whisper_line{*person, std::string(text)}} : name_complaint(typed);
}

chat_line parse_nick(std::string_view rest) {
  if (rest.empty()) return wrong_line{"/nick NAME: which name?"};
  const auto name = proto::chat::fold_name(rest);
  return name ? chat_line{nick_line{*name}} : name_complaint(rest);
}

chat_line parse_history(std::string_view rest) {
  history_line result;
  if (rest.empty()) return result;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), result.limit);
  if (error == std::errc{} && end == rest.data() + rest.size() && result.limit >= 1 &&
      result.limit <= history_limit_max) {
    return result;
  }
  return wrong_line{fmt::format("/history N: N is a number from 1 to {}", history_limit_max)};
}

chat_line parse_transport(std::string_view rest) {
  if (rest.empty() || rest == "udp" || rest == "tcp" || rest == "auto") return transport_line{std::string(rest)};
  return wrong_line{"/transport udp|tcp|auto: nothing else is known"};
}

template <auto Parse>
chat_line parse_change(std::string_view rest) {
  auto wish = Parse(rest);
  return wish ? chat_line{change_line{std::move(*wish)}} : wrong_line{wish.error()};
}

template <class Line>
chat_line alone(std::string_view rest) {
  return rest.empty() ? chat_line{Line{}} : wrong_line{"that command takes nothing after it"};
}

struct chat_command {
  std::string_view name;
  chat_line (*parse)(std::string_view rest);
  std::string_view help;
};

constexpr std::array<chat_command, 20> chat_commands{{
    {"join", parse_join, "/join ROOM       read a room and talk there from now on"},
    {"leave", parse_leave, "/leave [ROOM]    stop reading a room"},
    {"msg", parse_whisper, "/msg NAME TEXT   say something to one person only"},
    {"nick", parse_nick, "/nick NAME       be known by another name"},
    {"who", alone<who_line>, "/who             who is in this room"},
    {"rooms", alone<rooms_line>, "/rooms           which rooms there are"},
    {"history", parse_history, "/history [N]     the last N messages of this room"},
    {"topic", parse_change<parse_topic>, "/topic TEXT      what this room is about"},
    {"room", parse_change<parse_room_kind>,
     "/room KIND       make this room open, invite-only or moderated; live: for good, nothing is kept"},
    {"invite", parse_change<parse_invite>, "/invite NAME     make someone a member of this room"},
    {"role", parse_change<parse_role>, "/role NAME ROLE  none, member, moderator or owner"},
    {"kick", parse_change<parse_kick>, "/kick NAME [WHY] send someone out of this room"},
    {"ban", parse_change<parse_ban>, "/ban NAME [10m] [WHY]   and do not let them in again"},
    {"mute", parse_change<parse_mute>, "/mute NAME [10m] [WHY]  let them read only"},
    {"unban", parse_change<parse_unban>, "/unban NAME      let someone in again"},
    {"unmute", parse_change<parse_unmute>, "/unmute NAME     let someone speak again"},
    {"transport", parse_transport, "/transport [HOW]  what carries the messages; udp, tcp, auto change it"},
    {"stats", alone<stats_line>, "/stats           how the connection is"},
    {"help", alone<help_line>, "/help            this list"},
    {"quit", alone<quit_line>, "/quit            send what is left, and end"},
}};

chat_line parse_command(std::string_view typed, std::string_view rest) {
  std::vector<std::string_view> names;
  for (const chat_command& each : chat_commands) {
    if (each.name == typed) return each.parse(rest);
    names.push_back(each.name);
  }
  const auto nearest = suggest(typed, names);
  return wrong_line{
      fmt::format("there is no command /{}{}; nothing was sent (a text that starts with / is written with //)",
                  screen_line(typed), nearest ? fmt::format(", perhaps /{}", *nearest) : std::string())};
}
}  // namespace

chat_line parse_chat_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (trimmed(line).empty()) return empty_line{};
  if (!line.starts_with('/')) return say_line{std::string(line)};
  if (line.starts_with("//")) return say_line{std::string(line.substr(1))};
  const auto [typed, rest] = split_word(line.substr(1));
  return parse_command(typed, rest);
}

std::string chat_help_text() {
  std::string text;
  for (const chat_command& each : chat_commands) text += fmt::format("{}\n", each.help);
  return text + "//TEXT           a message that starts with /";
}

}  // namespace tern::cli
