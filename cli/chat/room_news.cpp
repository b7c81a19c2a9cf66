#include "cli/chat/room_news.hpp"

#include "cli/chat/labels.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/units/units.hpp"
#include "proto/seal/base64url.hpp"

#include <array>
#include <fmt/format.h>

namespace tern::cli {

namespace {

namespace chat = proto::chat;
using change_kind = chat::change_kind;

constexpr std::array<std::string_view, 3> kind_words{"open", "invite-only", "moderated"};
constexpr std::array<std::string_view, 4> role_words{"none", "member", "moderator", "owner"};
constexpr std::array<std::string_view, 9> change_words{"topic", "kind",  "role",   "kick", "ban",
                                                       "mute",  "unban", "unmute", "live"};

// Relays newer than we may know more of them.
template <std::size_t Size>
std::string_view word(const std::array<std::string_view, Size>& words, std::uint64_t value) {
  return value < Size ? words[value] : std::string_view{"something else"};
}

std::string time_text(std::uint64_t seconds) {
  constexpr std::uint64_t longest = std::uint64_t{365} * 24 * 3600;
  if (seconds == 0 || seconds > longest) return " for good";
  return " for " + format_duration(std::chrono::seconds{static_cast<std::int64_t>(seconds)});
}

std::string deed_text(const chat::changed& done) {
  const std::string who = person_label(done.who_name, done.who);
  switch (done.what) {
    case change_kind::topic:
      return done.text.empty() ? "took the topic away" : "set the topic: " + screen_line(done.text);
    case change_kind::kind:
      return fmt::format("made the room {}", word(kind_words, done.value));
    case change_kind::role:
      return done.value == 0 ? fmt::format("took {}'s role away", who)
                             : fmt::format("made {} {}", who, word(role_words, done.value));
    case change_kind::live:
      return "made the room a live one: what is said there is not kept";
    case change_kind::kick:
      return fmt::format("kicked {} out", who);
    case change_kind::ban:
      return fmt::format("banned {}{}", who, time_text(done.value));
    case change_kind::mute:
      return fmt::format("muted {}{}", who, time_text(done.value));
    case change_kind::unban:
      return fmt::format("lets {} in again", who);
    case change_kind::unmute:
      return fmt::format("lets {} speak again", who);
  }
  return {};
}

}  // namespace

std::string change_line_text(const chat::destination& in, const chat::changed& done) {
  const bool has_reason = chat::is_about_someone(done.what) && !done.text.empty();
  return fmt::format("{}: {} {}{}", place_label(in), person_label(done.by_name, done.by), deed_text(done),
                     has_reason ? fmt::format(" ({})", screen_line(done.text)) : std::string());
}

nlohmann::ordered_json change_record(const chat::destination& in, const chat::changed& done) {
  nlohmann::ordered_json record{{"type", "change"},
                                {"room", place_label(in)},
                                {"what", word(change_words, static_cast<std::uint64_t>(done.what))},
                                {"by", done.by_name},
                                {"by_key", proto::to_base64url(done.by)}};
  if (chat::is_about_someone(done.what)) {
    record["name"] = done.who_name;
    record["key"] = proto::to_base64url(done.who);
  }
  if (done.what == change_kind::kind) record["kind"] = word(kind_words, done.value);
  if (done.what == change_kind::role) record["role"] = word(role_words, done.value);
  if (done.what == change_kind::ban || done.what == change_kind::mute) record["seconds"] = done.value;
  if (!done.text.empty()) record[done.what == change_kind::topic ? "topic" : "reason"] = done.text;
  return record;
}

std::string room_state_text(const chat::destination& room, const chat::room_state& state) {
  if (state == chat::room_state{}) return {};
  std::string text =
      fmt::format("{} is {}", place_label(room), word(kind_words, static_cast<std::uint64_t>(state.kind)));
  if (state.role != chat::room_role::none)
    text += fmt::format(", you are {}", word(role_words, static_cast<std::uint64_t>(state.role)));
  if (state.is_live) text += ", live: what is said there is not kept";
  if (!state.topic.empty()) text += "; topic: " + screen_line(state.topic);
  return text;
}

nlohmann::ordered_json room_state_record(const chat::destination& room, const chat::room_state& state) {
  return {{"type", "room_state"},
          {"room", place_label(room)},
          {"kind", word(kind_words, static_cast<std::uint64_t>(state.kind))},
          {"role", word(role_words, static_cast<std::uint64_t>(state.role))},
          {"live", state.is_live},
          {"topic", state.topic}};
}

}  // namespace tern::cli
