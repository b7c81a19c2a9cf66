// Empty item vectors that keep their memory, so that packets in steady state need none.
#pragma once

#include "proto/recovery/sent_item.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace tern::proto {

class item_pool {
 public:
  static constexpr std::size_t vectors_max = 1'024;

  std::vector<sent_item> take() {
    if (spare_.empty()) return {};
    std::vector<sent_item> items = std::move(spare_.back());
    spare_.pop_back();
    return items;
  }
  void give_back(std::vector<sent_item>&& items) {
    if (items.capacity() == 0 || spare_.size() == vectors_max) return;
    items.clear();
    spare_.push_back(std::move(items));
  }
  // Drops what is kept, for a connection that fell idle.
  void release() { spare_ = {}; }

 private:
  std::vector<std::vector<sent_item>> spare_;
};

}  // namespace tern::proto
