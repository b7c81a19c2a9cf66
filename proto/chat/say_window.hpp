// How many messages of one outbox may be unanswered at once. A relay that refuses for the moment refuses everything
// behind the refused one too, so sending far ahead of its rate would be wasted: additive increase, multiplicative
// decrease, from the relay's usual burst.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tern::proto::chat {

class say_window {
 public:
  static constexpr std::size_t initial = 100;
  static constexpr std::size_t maximum = 500;

  std::size_t size() const { return size_; }

  void on_committed() {
    if (!was_refused_) {
      size_ = std::min(size_ + 1, maximum);
    } else if (++committed_ >= size_) {
      committed_ = 0;
      size_ = std::min(size_ + 1, maximum);
    }
  }
  // Once for all that one refusal took along.
  void on_refused() {
    was_refused_ = true;
    committed_ = 0;
    size_ = std::max<std::size_t>(size_ / 2, 1);
  }

 private:
  std::size_t size_ = initial;
  std::size_t committed_ = 0;
  bool was_refused_ = false;
};

}  // namespace tern::proto::chat
