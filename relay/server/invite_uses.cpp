#include "relay/server/invite_uses.hpp"

#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tern::relay {

invite_uses invite_uses::parse(std::string_view text) {
  invite_uses uses;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto space = std::min(line.find(' '), line.size());
    const auto id = proto::array_from_base64url<8>(line.substr(0, space));
    const auto key = proto::array_from_base64url<32>(line.substr(std::min(space + 1, line.size())));
    if (id && key) uses.add({*id}, {*key});
  }
  return uses;
}

std::string invite_uses::to_text(const invite_list& still) const {
  std::string text;
  for (const auto& [id, people] : people_) {
    if (still.find(id) == nullptr) continue;
    for (const auto& who : people) text += line_of(id, who);
  }
  return text;
}

std::string invite_uses::line_of(const proto::invite_id& by, const proto::identity_key& who) {
  return fmt::format("{} {}\n", to_string(by), proto::to_base64url(who.octets));
}

std::size_t invite_uses::count(const proto::invite_id& of) const {
  const auto found = people_.find(of);
  return found == people_.end() ? 0 : found->second.size();
}

bool invite_uses::has(const proto::invite_id& by, const proto::identity_key& who) const {
  const auto found = people_.find(by);
  return found != people_.end() && found->second.contains(who);
}

}  // namespace tern::relay
