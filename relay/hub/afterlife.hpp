// Those who have gone and are remembered until their rates have recovered, in the order in
// which they may be forgotten. Of too many the first goes before its time: it gains the
// least by it. Holds keys only: what is remembered of them is with its owner.
#pragma once

#include "proto/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace tern::relay {

template <class Key>
class afterlife {
 public:
  struct forgotten {
    Key key{};
    bool is_early = false;
  };

  // Precondition: it is not among them.
  void enter(const Key& key, proto::time_point until) {
    until_.emplace(key, until);
    order_.emplace(until, key);
  }
  // It is back; does nothing for others.
  void leave(const Key& key) {
    const auto found = until_.find(key);
    if (found == until_.end()) return;
    order_.erase({found->second, key});
    until_.erase(found);
  }
  // One to be forgotten now; nothing while `most` is kept and nobody's time has come.
  std::optional<forgotten> poll(proto::time_point now, std::uint64_t most) {
    if (order_.empty()) return std::nullopt;
    const auto [until, key] = *order_.begin();
    if (until > now && order_.size() <= most) return std::nullopt;
    leave(key);
    return forgotten{key, until > now};
  }
  std::size_t size() const { return order_.size(); }

 private:
  std::map<Key, proto::time_point> until_;
  std::set<std::pair<proto::time_point, Key>> order_;
};

}  // namespace tern::relay
