#include "relay/hub/guest_nicks.hpp"

#include "proto/chat/look_alike.hpp"
#include "proto/chat/names.hpp"

#include <algorithm>

namespace tern::relay {

namespace {

constexpr std::string_view mark_of_guests = "guest-";

// As guests with a key are called: four characters of it.
bool is_like_a_key(std::string_view nick) {
  return nick.size() == 4 && nick.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> guest_nicks::mark(const std::string& folded) {
  std::string_view nick = folded;
  if (nick.starts_with(mark_of_guests)) nick.remove_prefix(mark_of_guests.size());
  if (nick.empty() || is_like_a_key(nick)) return std::nullopt;
  std::string marked = std::string{mark_of_guests} + std::string{nick};
  if (marked.size() > proto::chat::name_bytes_max) return std::nullopt;
  return marked;
}

bool guest_nicks::take(const client_key& key, const std::string& nick, proto::time_point now) {
  forget_gone(now);
  const auto [look, is_new] = looks_.try_emplace(proto::chat::skeleton_of(nick), key);
  if (!is_new && look->second != key) return false;
  std::string& held = nicks_[key];
  // Their own name, spelled otherwise, keeps its look.
  if (is_new && !held.empty()) looks_.erase(proto::chat::skeleton_of(held));
  held = nick;
  return true;
}

void guest_nicks::release(const client_key& key, proto::time_point now) {
  forget_gone(now);
  const auto found = nicks_.find(key);
  if (found == nicks_.end()) return;
  looks_.erase(proto::chat::skeleton_of(found->second));
  gone_.emplace_back(now + farewell, key);
}

const std::string* guest_nicks::find(const client_key& key) const {
  const auto found = nicks_.find(key);
  return found == nicks_.end() ? nullptr : &found->second;
}

std::optional<client_key> guest_nicks::holder_of(const std::string& nick) const {
  const auto look = looks_.find(proto::chat::skeleton_of(nick));
  if (look == looks_.end() || nicks_.at(look->second) != nick) return std::nullopt;
  return look->second;
}

void guest_nicks::forget_gone(proto::time_point now) {
  while (!gone_.empty() && gone_.front().first <= now) {
    nicks_.erase(gone_.front().second);
    gone_.pop_front();
  }
}

}  // namespace tern::relay
