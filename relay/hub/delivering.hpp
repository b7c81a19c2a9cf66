// Delivered: whom a message was for has taken it over (relay.md, section 1): the person, or
// in a small room everyone else who is present. Readers say how far they are (TAKEN), and
// who said something on a connection is told there.
#pragma once

#include "relay/hub/core.hpp"

#include <map>
#include <optional>
#include <utility>

namespace tern::relay {

class delivering {
 public:
  explicit delivering(core& core) : core_(core) {}

  // Whether a reader who joins now should say how far it is.
  static bool wants_reports(const room& log) {
    return log.is_inbox() || (!log.is_live() && log.readers().size() <= delivered_readers_max);
  }
  void on_taken(const peer& from, binding& bound, const chat::taken& op);
  // Tells what is to be told now: somebody's reading has ended, or something was repeated
  // that had been delivered already.
  void tell(room& log);
  // The connection has sent something and may have room for what could not be told before.
  void on_drained(peer& to);
  // A message of this lane is at `position`.
  void on_committed(room& log, const lane_of_peer& from, binding& bound, log_position position);
  // The lane's connection is gone.
  void on_gone(const peer& sender, proto::lane_id lane, const binding& bound);

 private:
  // Up to where all but one have taken it over, for each one.
  class progress {
   public:
    void add(const client_key& key, log_position taken);
    // Without `sender`; nothing if there is nobody else.
    std::optional<log_position> without(const client_key& sender) const;
    // Who has taken over least, and up to where; nothing where nobody is.
    std::optional<std::pair<client_key, log_position>> last() const;

   private:
    std::map<client_key, log_position> taken_;
  };
  progress progress_of(const room& log);
  // In a room those count who are present; an inbox has one reader, with several devices.
  static bool counts(const room& log, const binding& bound) { return log.is_inbox() || bound.announces; }
  void tell(room& log, const lane_of_peer& sender, const progress& all);

  core& core_;
};

}  // namespace tern::relay
