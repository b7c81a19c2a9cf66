#include "cli/chat/change_line.hpp"

#include "cli/chat/words.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/units/units.hpp"
#include "proto/chat/names.hpp"

#include <array>
#include <fmt/format.h>
#include <optional>

namespace tern::cli {

namespace {

namespace chat = proto::chat;
using change_kind = chat::change_kind;
using parsed = tl::expected<chat::change, std::string>;

parsed wrong(std::string complaint) { return tl::unexpected(std::move(complaint)); }

// NAME [TIME] [REASON], the time only where it may be given.
parsed parse_about(std::string_view command, std::string_view rest, change_kind what, bool may_end) {
  const auto [typed, after] = split_word(rest);
  const std::string_view name = typed.starts_with('@') ? typed.substr(1) : typed;
  if (name.empty()) return wrong(fmt::format("/{} NAME: whom?", command));
  chat::change wish;
  wish.what = what;
  const bool is_guest = name.starts_with(chat::reserved_prefix);
  const auto folded = is_guest ? std::optional{std::string{name}} : chat::fold_name(name);
  if (!folded || folded->size() > chat::name_bytes_max)
    return wrong(fmt::format("'{}' is no name: 1 to 32 of a-z, 0-9, - and _", screen_line(name)));
  wish.who = *folded;
  wish.text = after;
  if (may_end) {
    const auto [time, reason] = split_word(after);
    if (const auto duration = parse_duration(time)) {
      // A second at least: 0 would be for good.
      wish.value = static_cast<std::uint64_t>(
          std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(*duration).count()));
      wish.text = reason;
    }
  }
  if (wish.text.size() > chat::text_bytes_max)
    return wrong(fmt::format("the reason is too long: at most {} bytes", chat::text_bytes_max));
  return wish;
}

template <std::size_t Size>
std::optional<std::uint64_t> index_of(const std::array<std::string_view, Size>& words, std::string_view word) {
  for (std::size_t i = 0; i < Size; ++i)
    if (words[i] == word) return i;
  return std::nullopt;
}

}  // namespace

parsed parse_topic(std::string_view rest) {
  if (rest.size() > chat::text_bytes_max)
    return wrong(fmt::format("the topic is too long: at most {} bytes", chat::text_bytes_max));
  chat::change wish;
  wish.text = rest;
  return wish;
}

parsed parse_room_kind(std::string_view rest) {
  constexpr std::array<std::string_view, 3> words{"open", "invite-only", "moderated"};
  chat::change wish;
  if (rest == "live") {
    wish.what = change_kind::live;
    wish.value = 1;
    return wish;
  }
  const auto value = index_of(words, rest);
  if (!value) return wrong("/room open|invite-only|moderated|live: what shall it be?");
  wish.what = change_kind::kind;
  wish.value = *value;
  return wish;
}

parsed parse_role(std::string_view rest) {
  constexpr std::array<std::string_view, 4> words{"none", "member", "moderator", "owner"};
  const auto [name, role] = split_word(rest);
  const auto value = index_of(words, role);
  if (!value) return wrong("/role NAME none|member|moderator|owner: who shall be what?");
  auto wish = parse_about("role", name, change_kind::role, false);
  if (wish) wish->value = *value;
  return wish;
}

parsed parse_invite(std::string_view rest) {
  auto wish = parse_about("invite", rest, change_kind::role, false);
  if (wish) wish->value = static_cast<std::uint64_t>(chat::room_role::member);
  return wish;
}

parsed parse_kick(std::string_view rest) { return parse_about("kick", rest, change_kind::kick, false); }
parsed parse_ban(std::string_view rest) { return parse_about("ban", rest, change_kind::ban, true); }
parsed parse_mute(std::string_view rest) { return parse_about("mute", rest, change_kind::mute, true); }
parsed parse_unban(std::string_view rest) { return parse_about("unban", rest, change_kind::unban, false); }
parsed parse_unmute(std::string_view rest) { return parse_about("unmute", rest, change_kind::unmute, false); }

}  // namespace tern::cli
