// Up to where the logs that a chat reads were shown, for the client to keep, so that the
// next chat goes on there.
#pragma once

#include "udp/client.hpp"

#include <set>

namespace tern::cli {

class shown_places {
 public:
  explicit shown_places(client& link) : link_(link) {}

  void on_shown(const proto::chat::destination& of, const proto::chat::cursor& place) {
    if (!live_.contains(of)) link_.keep_place({of, place, anew_.erase(of) > 0});
  }
  // The relay does not know the place that was kept, which may be further on in the same log.
  void on_new_log(const proto::chat::destination& of) { anew_.insert(of); }
  // It is a live room: what was missed there cannot be shown, and nobody expects it.
  void on_live_room(const proto::chat::destination& of) {
    if (live_.insert(of).second) link_.keep_place({of, std::nullopt, true});
  }

 private:
  client& link_;
  std::set<proto::chat::destination> anew_;
  std::set<proto::chat::destination> live_;
};

}  // namespace tern::cli
