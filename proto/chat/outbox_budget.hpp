// What all outboxes of a session may hold together (relay.md, section 5). A message that does not fit is refused
// before it is taken, never dropped later.
#pragma once

#include <cstddef>

namespace tern::proto::chat {

struct outbox_limits {
  std::size_t messages_max = 1'000;
  std::size_t bytes_max = std::size_t{16} << 20U;
};

class outbox_budget {
 public:
  explicit outbox_budget(const outbox_limits& limits) : limits_(limits) {}

  bool has_room(std::size_t messages, std::size_t bytes) const {
    return messages <= limits_.messages_max - messages_ && bytes <= limits_.bytes_max - bytes_;
  }
  bool take(std::size_t bytes) {
    if (!has_room(1, bytes)) return false;
    ++messages_;
    bytes_ += bytes;
    return true;
  }
  // Precondition: taken before.
  void give_back(std::size_t bytes) {
    --messages_;
    bytes_ -= bytes;
  }
  std::size_t messages() const { return messages_; }

 private:
  outbox_limits limits_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace tern::proto::chat
