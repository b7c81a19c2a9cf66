// Which message goes out next: connections take turns, and within one its answers go
// before its readers, which take turns too. A connection whose send queue is full is
// left out until it is writable. Does not know what the messages say.
#pragma once

#include "relay/hub/peer_table.hpp"

#include <deque>
#include <optional>

namespace tern::relay {

class outbound {
 public:
  // `peers` outlives this.
  explicit outbound(peer_table& peers) : peers_(peers) {}

  void reply(peer& to, proto::lane_id lane, payload message);
  // The lane's reader may have something to send.
  void on_reader_output(peer& to, proto::lane_id lane);
  // The lane's reader is about to go.
  void forget_reader(peer& to, proto::lane_id lane);
  void on_blocked(peer& to, deliver unsent);
  void on_writable(peer& to);
  // No longer provisional: what was held back for the answer to early data may go.
  void on_validated(peer& to);

  std::optional<deliver> poll();

 private:
  void schedule(peer& to);
  static deliver take(peer& from);

  peer_table& peers_;
  std::deque<peer_id> turns_;
};

}  // namespace tern::relay
