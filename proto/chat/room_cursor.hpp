// What of a log has been shown: contiguous positions, each once (relay.md, section 1). Says of everything that
// arrives whether it is new and what is missing before it, so that nothing is skipped silently. Does not know lanes
// or connections; it outlives them.
#pragma once

#include "proto/chat/ops.hpp"

#include <optional>

namespace tern::proto::chat {

struct position_range {
  log_position first;
  log_position last;
  bool operator==(const position_range&) const = default;
};

class room_cursor {
 public:
  // `is_new`: to be shown. `missing`: positions before it that nothing accounted for.
  struct step {
    bool is_new = false;
    std::optional<position_range> missing{};
  };

  // Reading begins anew, from where `from` says. The lane still stands for the same log.
  void start(const std::optional<cursor>& from);
  // The log that the lane stands for now.
  void on_bound(const log_id& log) { log_ = log; }
  const log_id& log() const { return log_; }
  step on_entry(log_position position, const chain_tag& chain);
  // The part of the gap that is news, or nothing.
  std::optional<position_range> on_gap(log_position first, log_position last);
  // Everything up to `position` has been told: what has not is missing.
  std::optional<position_range> on_live(log_position position, const chain_tag& chain);
  // Another log has taken the place of the one we knew: nothing of it has been shown.
  void on_new_epoch(const log_id& log);

  // Where to go on from. None until something has been shown or LIVE was told.
  const std::optional<cursor>& proven() const { return proven_; }

 private:
  log_id log_{};
  std::optional<cursor> proven_;
  std::optional<log_position> next_;  // the first one that was not accounted for
};

}  // namespace tern::proto::chat
