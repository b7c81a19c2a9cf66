#include "relay/hub/name_registry.hpp"

#include "proto/chat/names.hpp"

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

name_registry::name_registry(const std::vector<name_record>& records, std::uint64_t names_max) : names_max_(names_max) {
  for (const auto& record : records) {
    holders_[record.name] = {record.key, true};
    names_[record.key] = record.name;
  }
}

claim_verdict name_registry::claim(const client_key& key, const std::string& name) {
  if (const auto found = holders_.find(name); found != holders_.end()) {
    if (found->second.key != key) return claim_verdict::taken;
    return found->second.confirmed ? claim_verdict::already_held : claim_verdict::granted;
  }
  if (proto::chat::is_reserved_name(name)) return claim_verdict::reserved;
  if (holders_.size() >= names_max_) return claim_verdict::too_many;
  holders_[name] = {key, false};
  return claim_verdict::granted;
}

void name_registry::confirm(const client_key& key, const std::string& name) {
  if (const auto former = names_.find(key); former != names_.end() && former->second != name) {
    holders_.erase(former->second);
  }
  holders_[name] = {key, true};
  names_[key] = name;
}

void name_registry::withdraw(const client_key& key, const std::string& name) {
  const auto found = holders_.find(name);
  if (found != holders_.end() && found->second.key == key && !found->second.confirmed) holders_.erase(found);
}

std::string name_registry::name_of(const client_key& key) const {
  const auto found = names_.find(key);
  return found == names_.end() ? guest_name(key) : found->second;
}

std::optional<client_key> name_registry::holder_of(const std::string& name) const {
  const auto found = holders_.find(name);
  if (found == holders_.end() || !found->second.confirmed) return std::nullopt;
  return found->second.key;
}

}  // namespace tern::relay
