// How far one log has been shown, with what proves the place to a relay that may have
// been restored meanwhile (relay.md, 1). Judges each entry: new, seen before, or after
// a hole. Positions are contiguous, so a hole is never passed over in silence.
#pragma once

#include <cstdint>
#include <optional>

#include "proto/chat/ops.hpp"

namespace tern::proto::chat {

class room_cursor {
 public:
  room_cursor() = default;
  explicit room_cursor(const cursor& from) : place_(from) {}

  // Present once anything was shown or the live place is known.
  const std::optional<cursor>& place() const { return place_; }

  struct verdict {
    bool is_new = false;
    // Positions that were never seen, when the entry lies beyond the next one.
    std::optional<gap> missing;
  };
  // Moves past the entry if it is new. `log` is what BOUND named.
  verdict on_entry(const log_id& log, const entry& shown) {
    if (place_ && place_->log == log && shown.position <= place_->position) return {};
    verdict result{true, std::nullopt};
    if (place_ && place_->log == log && shown.position > place_->position.next())
      result.missing = gap{place_->position.next(), log_position{shown.position.value - 1}, 0};
    place_ = cursor{log, shown.position, shown.chain};
    return result;
  }
  // The relay said that positions are gone. False when they had all been shown.
  bool on_gap(const log_id& log, const gap& missing) {
    if (place_ && place_->log == log && missing.last <= place_->position) return false;
    place_ = cursor{log, missing.last, {}};
    return true;
  }
  // The backlog is through. A hole before it would have been told as a gap.
  void on_live(const log_id& log, const live& from) {
    if (!place_ || place_->log != log || place_->position < from.position)
      place_ = cursor{log, from.position, from.chain};
  }
  // The log is another one: what was shown belongs to the past.
  void on_new_epoch() { place_.reset(); }

 private:
  std::optional<cursor> place_;
};

}  // namespace tern::proto::chat
