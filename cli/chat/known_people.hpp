// Who the user was told is in which room, so that nobody is announced twice: the relay tells
// everyone who is there after joining, and again after every lost connection.
#pragma once

#include "proto/chat/destination.hpp"

#include <map>
#include <set>
#include <vector>

namespace tern::cli {

class known_people {
 public:
  // Beyond this many in a room people are announced even where that is no news.
  static constexpr std::size_t room_max = 1000;

  void on_listed(const proto::chat::destination& in, const std::vector<proto::chat::person>& people) {
    for (const auto& person : people) add(in, person.key);
  }

  // Takes note of the change; whether it is news.
  bool on_change(const proto::chat::destination& in, const proto::chat::presence& change) {
    using proto::chat::presence_change;
    if (change.what == presence_change::renamed) return true;
    if (change.what != presence_change::left) return add(in, change.key);
    rooms_[in].erase(change.key);
    return true;
  }

  void on_left(const proto::chat::destination& room) { rooms_.erase(room); }

 private:
  bool add(const proto::chat::destination& in, const proto::chat::key_bytes& key) {
    auto& people = rooms_[in];
    return people.size() >= room_max ? !people.contains(key) : people.insert(key).second;
  }

  std::map<proto::chat::destination, std::set<proto::chat::key_bytes>> rooms_;
};

}  // namespace tern::cli
