#include "udp/invite_file.hpp"

#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace tern {

namespace {

constexpr std::string_view first_line = "tern-invite 1";

template <std::size_t Size>
std::optional<proto::byte_array<Size>> octets(const std::map<std::string, std::string, std::less<>>& values,
                                              std::string_view word) {
  const auto found = values.find(word);
  return found == values.end() ? std::nullopt : proto::array_from_base64url<Size>(found->second);
}

std::string_view take_line(std::string_view& text) {
  auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

tl::expected<invite_file, std::string> invite_file::parse(std::string_view text) {
  std::map<std::string, std::string, std::less<>> values;
  bool is_invite = false;
  while (!text.empty()) {
    const auto line = take_line(text);
    is_invite |= line == first_line;
    const auto space = line.find(' ');
    if (line.starts_with('#') || space == std::string_view::npos) continue;
    values.try_emplace(std::string{line.substr(0, space)}, line.substr(space + 1));
  }
  if (!is_invite) return tl::unexpected{std::string{"is no invite: a line `tern-invite 1` is missing"}};
  const auto key = octets<32>(values, "relay-key");
  const auto id = octets<8>(values, "id");
  const auto secret = octets<32>(values, "secret");
  if (!key || !id || !secret)
    return tl::unexpected{std::string{"is no whole invite: relay-key, id or secret is missing or damaged"}};
  proto::secret<32> shared{std::span<const std::uint8_t, 32>{*secret}};
  return invite_file{{*key}, values["relay"], values["name"], proto::invite{{*id}, std::move(shared)}};
}

std::string invite_file::to_text() const {
  std::string text = "# Whoever has this file is let in: keep it to yourself.\n" + std::string{first_line} + '\n';
  if (!name.empty()) text += "name " + name + '\n';
  if (!relay.empty()) text += "relay " + relay + '\n';
  text += "relay-key " + proto::to_base64url(relay_key.octets) + '\n';
  text += "id " + proto::to_base64url(invite.id().octets) + '\n';
  text += "secret " + proto::to_base64url(invite.shared().view()) + '\n';
  return text;
}

}  // namespace tern
