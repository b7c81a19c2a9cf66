#include "cli/chat/labels.hpp"

#include "cli/screen_safety/screen_safety.hpp"
#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>

namespace tern::cli {

namespace {
constexpr std::size_t short_key_size = 8;

struct wording {
  proto::chat::refusal reason;
  std::string_view word;
  std::string_view text;
};

using proto::chat::refusal;
constexpr std::array<wording, 13> wordings{{
    {refusal::forbidden, "forbidden", "you may not do that there"},
    {refusal::rate, "rate", "too many messages in a short time"},
    {refusal::disk_full, "disk_full", "the relay's disk is full"},
    {refusal::too_big, "too_big", "it is too big"},
    {refusal::bad_text, "bad_text", "it is not valid UTF-8 text"},
    {refusal::conflict, "conflict", "another message has the same id"},
    {refusal::stale, "stale", "it is too old"},
    {refusal::name_taken, "name_taken", "the name belongs to someone else"},
    {refusal::no_such, "no_such", "there is no such room or person"},
    {refusal::room_full, "room_full", "the room is full"},
    {refusal::busy, "busy", "the relay is busy"},
    {refusal::clock, "clock", "the clocks of this machine and the relay differ too much"},
    {refusal::bad_name, "bad_name", "that name cannot be used"},
}};

const wording* find_wording(refusal reason) {
  const auto found =
      std::find_if(wordings.begin(), wordings.end(), [&](const wording& each) { return each.reason == reason; });
  return found == wordings.end() ? nullptr : &*found;
}

std::string time_text(std::time_t seconds, bool local, const char* format) {
  std::tm parts{};
  local ? ::localtime_r(&seconds, &parts) : ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}
}  // namespace

std::string short_key(const proto::chat::key_bytes& key) { return proto::to_base64url(key).substr(0, short_key_size); }

std::string person_label(const std::string& name, const proto::chat::key_bytes& key) {
  return name.empty() ? "guest-" + short_key(key) : screen_line(name);
}

std::string place_label(const proto::chat::destination& place) {
  using proto::chat::destination_kind;
  switch (place.kind) {
    case destination_kind::room:
      return screen_line(place.name);
    case destination_kind::person_name:
      return "@" + screen_line(place.name);
    case destination_kind::person_key:
      return "@" + proto::to_base64url(proto::as_bytes(place.name));
    case destination_kind::own_inbox:
      break;
  }
  return "inbox";
}

std::string utc_text(proto::wall_time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = (time - seconds).count();
  return fmt::format("{}.{:03}Z", time_text(seconds.time_since_epoch().count(), false, "%Y-%m-%dT%H:%M:%S"),
                     milliseconds);
}

std::string local_clock_text(proto::wall_time time) {
  return time_text(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count(), true, "%H:%M:%S");
}

std::string_view refusal_text(proto::chat::refusal reason) {
  const wording* known = find_wording(reason);
  return known == nullptr ? "for a reason this version does not know" : known->text;
}

std::string_view refusal_word(proto::chat::refusal reason) {
  const wording* known = find_wording(reason);
  return known == nullptr ? "other" : known->word;
}

}  // namespace tern::cli
