// FIFO for one outbox and one destination (relay.md, section 1): once a message is
// refused for now, everything later is refused too until the client starts again from
// it, so that nothing overtakes. Does not know why anything is refused.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tern::relay {

class outbox_gate {
 public:
  // May this counter go on? The refused one itself, or an earlier one, opens the gate.
  bool admit(std::uint64_t counter) {
    if (refused_ && counter > *refused_) return false;
    refused_.reset();
    return true;
  }

  // A refusal that a later attempt may overcome. The earliest one stands. That of a
  // repetition of something decided says nothing.
  void on_refused(std::uint64_t counter) {
    if (counter >= floor_ && (!refused_ || counter < *refused_)) refused_ = counter;
  }

  // Everything below is decided, by a commit or because the client gave it up: it stops
  // nobody.
  void on_floor(std::uint64_t floor) {
    floor_ = std::max(floor_, floor);
    if (refused_ && *refused_ < floor_) refused_.reset();
  }

 private:
  std::optional<std::uint64_t> refused_;
  std::uint64_t floor_ = 0;
};

}  // namespace tern::relay
