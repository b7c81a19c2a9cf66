#include "relay/server/invite_list.hpp"

#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <span>
#include <utility>

namespace tern::relay {

namespace {

using std::chrono::seconds;

std::string_view take_word(std::string_view& line) {
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

std::optional<proto::wall_time> time_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < 0 || value >= (std::int64_t{1} << 40)) return std::nullopt;
  return proto::wall_time{seconds{value}};
}

std::string text_of(proto::wall_time when) {
  return std::to_string(std::chrono::floor<seconds>(when.time_since_epoch()).count());
}

std::optional<std::uint32_t> uses_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > invite_uses_most) return std::nullopt;
  return value;
}

}  // namespace

std::string to_string(const proto::invite_id& id) { return proto::to_base64url(id.octets); }

std::string line_of(const listed_invite& invite) {
  return fmt::format("{} {} {} {} {} {}", to_string(invite.id), proto::to_base64url(invite.shared.view()),
                     text_of(invite.made_at), invite.expires_at ? text_of(*invite.expires_at) : "-",
                     invite.uses_max ? std::to_string(*invite.uses_max) : "-", invite.name);
}

std::optional<listed_invite> parse_invite_line(std::string_view line) {
  const auto id = proto::array_from_base64url<8>(take_word(line));
  const auto shared = proto::array_from_base64url<32>(take_word(line));
  const auto made_at = time_of(take_word(line));
  const auto expiry = take_word(line);
  const auto expires_at = time_of(expiry);
  const bool has_uses = line.find(' ') != std::string_view::npos;
  const auto written_uses = has_uses ? take_word(line) : "-";
  const auto uses = uses_of(written_uses);
  if (line.starts_with('-')) return std::nullopt;  // no name does: the line was cut off
  if (!id || !shared || !made_at || (!expires_at && expiry != "-") || (!uses && written_uses != "-"))
    return std::nullopt;
  proto::secret<32> secret{std::span<const std::uint8_t, 32>{*shared}};
  return listed_invite{{*id}, std::move(secret), *made_at, expires_at, std::string{line}, uses};
}

tl::expected<invite_list, std::string> invite_list::parse(std::string_view text) {
  invite_list list;
  for (int number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    auto read = parse_invite_line(line);
    if (!read || !list.add(std::move(*read))) return tl::unexpected(fmt::format("line {} is no invite", number));
  }
  return list;
}

std::string invite_list::to_text() const {
  std::string text =
      "# Who is let into this relay: ID SECRET MADE EXPIRES USES NAME. `tern-relay invite` changes this file.\n";
  for (const auto& each : invites_) text += line_of(each) + '\n';
  return text;
}

const listed_invite* invite_list::find(const proto::invite_id& id) const {
  const auto found = std::ranges::find(invites_, id, &listed_invite::id);
  return found == invites_.end() ? nullptr : &*found;
}

bool invite_list::add(listed_invite made) {
  if (invites_.size() >= invites_max) return false;
  invites_.push_back(std::move(made));
  return true;
}

std::optional<listed_invite> invite_list::revoke(std::string_view which) {
  auto found = std::ranges::find_if(invites_, [&](const auto& each) { return to_string(each.id) == which; });
  const bool is_one_of_that_name = std::ranges::count(invites_, which, &listed_invite::name) == 1;
  if (found == invites_.end() && is_one_of_that_name) found = std::ranges::find(invites_, which, &listed_invite::name);
  if (found == invites_.end()) return std::nullopt;
  listed_invite revoked = std::move(*found);
  invites_.erase(found);
  return revoked;
}

std::vector<proto::invite> invite_list::good_at(proto::wall_time now) const {
  std::vector<proto::invite> good;
  for (const auto& each : invites_)
    if (each.is_good(now)) good.emplace_back(each.id, each.shared.clone());
  return good;
}

}  // namespace tern::relay
