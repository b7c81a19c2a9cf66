#include "relay/hub/name_registry.hpp"

#include "proto/chat/look_alike.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tern::relay {

std::string guest_name(const client_key& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name = "guest-";
  for (std::size_t i = 0; i < 2; ++i) {
    name += digits[key[i] >> 4U];
    name += digits[key[i] & 15U];
  }
  return name;
}

std::optional<client_key> least_guest_called(std::string_view name) {
  constexpr std::size_t mark = std::string_view{"guest-"}.size();
  client_key key{};
  if (name.size() < mark) return std::nullopt;
  std::uint16_t start = 0;
  std::from_chars(name.data() + mark, name.data() + name.size(), start, 16);
  key[0] = static_cast<std::uint8_t>(start >> 8U);
  key[1] = static_cast<std::uint8_t>(start & 0xffU);
  return guest_name(key) == name ? std::optional{key} : std::nullopt;
}

name_registry::name_registry(const std::vector<name_record>& records, std::uint64_t names_max) : names_max_(names_max) {
  for (const auto& record : records) {
    hold(record.name, {record.key, true, record.last_seen});
    names_[record.key] = record.name;
  }
}

bool name_registry::is_idle(const holding& held, proto::wall_time now) {
  return held.confirmed && now - held.last_seen > name_life;
}

claim_verdict name_registry::claim(const client_key& key, const std::string& name, proto::wall_time now) {
  const auto found = holders_.find(name);
  if (found != holders_.end()) {
    if (found->second.key == key) return found->second.confirmed ? claim_verdict::already_held : claim_verdict::granted;
    if (!is_idle(found->second, now)) return claim_verdict::taken;
  }
  if (proto::chat::looks_reserved(name)) return claim_verdict::reserved;
  if (is_look_alike(key, name, now)) return claim_verdict::looks_taken;
  if (found != holders_.end()) {
    names_.erase(found->second.key);
  } else if (holders_.size() >= names_max_) {
    return claim_verdict::too_many;
  }
  hold(name, {key, false, now});
  return claim_verdict::granted;
}

bool name_registry::is_look_alike(const client_key& key, const std::string& name, proto::wall_time now) const {
  const auto [first, last] = looks_.equal_range(proto::chat::skeleton_of(name));
  return std::any_of(first, last, [&](const auto& look) {
    const holding& other = holders_.at(look.second);
    return look.second != name && other.key != key && !is_idle(other, now);
  });
}

void name_registry::confirm(const client_key& key, const std::string& name, proto::wall_time now) {
  if (const auto former = names_.find(key); former != names_.end() && former->second != name) release(former->second);
  hold(name, {key, true, now});
  names_[key] = name;
}

void name_registry::withdraw(const client_key& key, const std::string& name) {
  const auto found = holders_.find(name);
  if (found != holders_.end() && found->second.key == key && !found->second.confirmed) release(name);
}

std::optional<std::string> name_registry::see(const client_key& key, proto::wall_time now) {
  const auto named = names_.find(key);
  if (named == names_.end()) return std::nullopt;
  holding& held = holders_.at(named->second);
  if (now - held.last_seen < name_seen_precision) return std::nullopt;
  held.last_seen = now;
  return named->second;
}

void name_registry::hold(const std::string& name, const holding& by) {
  const bool is_new = holders_.insert_or_assign(name, by).second;
  if (is_new) looks_.emplace(proto::chat::skeleton_of(name), name);
}

void name_registry::release(const std::string& name) {
  holders_.erase(name);
  const auto [first, last] = looks_.equal_range(proto::chat::skeleton_of(name));
  const auto look = std::find_if(first, last, [&](const auto& each) { return each.second == name; });
  if (look != last) looks_.erase(look);
}

std::string name_registry::name_of(const client_key& key) const {
  const auto found = names_.find(key);
  if (found != names_.end()) return found->second;
  const std::string* nick = guests_.find(key);
  return nick == nullptr ? guest_name(key) : *nick;
}

std::optional<client_key> name_registry::holder_of(const std::string& name) const {
  const auto found = holders_.find(name);
  if (found == holders_.end() || !found->second.confirmed) return std::nullopt;
  return found->second.key;
}

}  // namespace tern::relay
