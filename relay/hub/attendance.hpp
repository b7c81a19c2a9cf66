// Who is told who comes and goes. Changes of a room are told together every 250 ms,
// to members who want to be seen themselves; rooms above 500 members are not told.
#pragma once

#include "relay/hub/core.hpp"

#include <deque>
#include <optional>

namespace tern::relay {

class attendance {
 public:
  explicit attendance(core& core) : core_(core) {}

  // The lane has a subscription that announces its owner.
  void on_join(peer& who, binding& bound, proto::time_point now);
  // The subscription ends; does nothing if it did not announce.
  void on_leave(peer& who, binding& bound, proto::time_point now);
  // In every room where the client is present.
  void on_renamed(const client_key& key, const std::string& former_name, proto::time_point now);

  void on_who(peer& from, proto::lane_id lane, const binding& bound, const chat::who& op, proto::time_point now,
              proto::wall_time wall);
  // Those that the asker may know of.
  void on_rooms(peer& from, const chat::rooms& op, proto::time_point now, proto::wall_time wall);

  void on_timeout(proto::time_point now);
  std::optional<proto::time_point> deadline() const;

 private:
  struct due {
    proto::time_point at;
    log_number log;
  };
  // Calls `change(presence&)` and notes when its batch is due.
  template <class Change>
  void update(room& log, Change change);
  void tell(room& log);
  void introduce(peer& to, proto::lane_id lane, const room& log);
  void tell_change(peer& to, proto::lane_id lane, const presence_change& change, const payload& message);
  bool has_room(peer& to);

  core& core_;
  std::deque<due> due_;  // in order: every batch waits equally long
};

}  // namespace tern::relay
