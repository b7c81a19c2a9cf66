// Keeps back what this process said itself, since whoever typed it sees it already, and
// lets through what the same key said elsewhere. Only the receipts tell the two apart, so
// an own entry waits until it is clear, and everything behind it waits too: the order
// stays the room's. For one room.
//
// Relies on this: what one process says in one room is committed in the order in which it was said.
#pragma once

#include "proto/chat/session_events.hpp"

#include <deque>
#include <optional>
#include <set>

namespace tern::cli {

class own_lines {
 public:
  // Others can make entries wait while a message of ours is undecided. Beyond this many an own entry is shown even
  // where it may have been said here.
  static constexpr std::size_t waiting_max = 1024;

  void on_said() { ++undecided_; }
  // The fate of one that was said: its position, or nothing when it was refused or given up.
  void on_decided(std::optional<proto::log_position> committed_at);
  void on_entry(proto::chat::entry_received entry) { waiting_.push_back(std::move(entry)); }
  // Another log has taken the room's place: positions begin anew.
  void on_new_log();

  // The next one to show, if that is clear already.
  std::optional<proto::chat::entry_received> poll();
  // The last entry that poll() gave or kept back for good; once poll() gives nothing, what comes next is not clear.
  const std::optional<proto::chat::cursor>& place() const { return place_; }
  bool has_waiting() const { return !waiting_.empty(); }
  // Entries of what was said here have still to come, or to become clear.
  bool is_expecting() const { return !said_here_.empty() || !waiting_.empty(); }

 private:
  enum class origin { here, elsewhere, unclear };
  origin origin_of(const proto::chat::entry_received& entry) const;

  std::size_t undecided_ = 0;
  std::set<proto::log_position> said_here_;  // committed, their entries not seen yet
  proto::log_position last_said_here_;
  std::deque<proto::chat::entry_received> waiting_;
  std::optional<proto::chat::cursor> place_;
};

}  // namespace tern::cli
