// What one room is and what everyone may do there, as the hub keeps it in memory. Keeps
// no rights that are default. Does not know what they mean: authorize.hpp.
#pragma once

#include "relay/store/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tern::relay {

class rulebook {
 public:
  rulebook() = default;
  explicit rulebook(const room_rules& stored) : kind_(stored.kind), live_(stored.live), topic_(stored.topic) {
    for (const right_record& each : stored.rights) set(each);
  }

  room_kind kind() const { return kind_; }
  void set_kind(room_kind kind) { kind_ = kind; }
  bool is_live() const { return live_; }
  void set_live() { live_ = true; }
  const std::string& topic() const { return topic_; }
  void set_topic(std::string topic) { topic_ = std::move(topic); }

  right of(const client_key& key) const {
    const auto found = rights_.find(key);
    return found == rights_.end() ? right{} : found->second;
  }
  void set(const right_record& changed) {
    if (owner_ == changed.key) owner_.reset();
    if (changed.has.role == room_role::owner) owner_ = changed.key;
    if (changed.has == right{}) {
      rights_.erase(changed.key);
    } else {
      rights_[changed.key] = changed.has;
    }
  }
  const std::optional<client_key>& owner() const { return owner_; }

  std::size_t size() const { return rights_.size(); }
  // Those whose ban or mute is over and who have no role.
  void forget_expired(proto::wall_time now) {
    std::erase_if(rights_, [now](const auto& entry) {
      const right& has = entry.second;
      return has.role == room_role::none && has.banned_until <= now && has.muted_until <= now;
    });
  }

 private:
  room_kind kind_ = room_kind::open;
  bool live_ = false;
  std::string topic_;
  std::map<client_key, right> rights_;
  std::optional<client_key> owner_;
};

}  // namespace tern::relay
