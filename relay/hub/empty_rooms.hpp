// Which rooms and inboxes the guests of each address prefix keep open with nothing said in
// them. One of them is bound to it: that keeps it, whoever made it. Does not know how many
// they may be. Bounded by the bindings of all connections.
#pragma once

#include "relay/hub/neighbourhood.hpp"
#include "relay/store/types.hpp"

#include <cstdint>
#include <map>
#include <utility>

namespace tern::relay {

class empty_rooms {
 public:
  std::uint64_t held_by(const address_prefix& prefix) const {
    const auto found = counts_.find(prefix);
    return found == counts_.end() ? 0 : found->second;
  }
  bool is_held_by(const address_prefix& prefix, log_number room) const { return lanes_.contains({room, prefix}); }

  // A lane of a guest there is bound to it; until release() or on_begun().
  void hold(const address_prefix& prefix, log_number room) {
    if (++lanes_[{room, prefix}] == 1) ++counts_[prefix];
  }
  // Does nothing after on_begun().
  void release(const address_prefix& prefix, log_number room) {
    const auto held = lanes_.find({room, prefix});
    if (held != lanes_.end() && --held->second == 0) forget(held);
  }
  // It is not empty any more.
  void on_begun(log_number room) {
    auto held = lanes_.lower_bound({room, address_prefix{}});
    while (held != lanes_.end() && held->first.first == room) held = forget(held);
  }

 private:
  using lanes = std::map<std::pair<log_number, address_prefix>, std::uint64_t>;

  lanes::iterator forget(lanes::iterator held) {
    const auto count = counts_.find(held->first.second);
    if (--count->second == 0) counts_.erase(count);
    return lanes_.erase(held);
  }

  lanes lanes_;
  std::map<address_prefix, std::uint64_t> counts_;  // rooms
};

}  // namespace tern::relay
