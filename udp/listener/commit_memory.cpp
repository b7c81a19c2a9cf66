#include "udp/listener/commit_memory.hpp"

#include <algorithm>

namespace tern::udp {

commit_memory::outbox& commit_memory::use(const source& from) {
  const auto [found, is_new] = outboxes_.try_emplace(from);
  if (!is_new) {
    by_use_.splice(by_use_.end(), by_use_, found->second.place);
    return found->second;
  }
  found->second.place = by_use_.insert(by_use_.end(), from);
  if (outboxes_.size() > outboxes_max_) {
    outboxes_.erase(by_use_.front());
    by_use_.pop_front();
  }
  return found->second;
}

void commit_memory::on_floor(const source& from, std::uint64_t floor) {
  outbox& box = use(from);
  box.floor = std::max(box.floor, floor);
  box.counters.erase(box.counters.begin(), box.counters.lower_bound(box.floor));
}

commit_memory::verdict commit_memory::on_message(const source& from, std::uint64_t counter) {
  outbox& box = use(from);
  if (counter < box.floor) return {state::forgotten, {}};
  const auto [found, is_new] = box.counters.try_emplace(counter);
  if (!is_new) return found->second ? verdict{state::committed, *found->second} : verdict{state::pending, {}};
  if (box.counters.size() > counters_max) {
    box.floor = box.counters.begin()->first + 1;
    box.counters.erase(box.counters.begin());
  }
  return {};
}

void commit_memory::on_committed(const source& from, std::uint64_t counter, proto::log_position position) {
  const auto found = outboxes_.find(from);
  if (found == outboxes_.end()) return;
  const auto pending = found->second.counters.find(counter);
  if (pending != found->second.counters.end()) pending->second = position;
}

}  // namespace tern::udp
