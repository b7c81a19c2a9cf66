#include "relay/hub/shared_tail.hpp"

#include <cassert>
#include <iterator>
#include <utility>

namespace tern::relay {

std::uint64_t shared_tail::cost(const payload& entry) { return entry->size() + entry_overhead; }

void shared_tail::append(log_number log, log_position position, payload entry) {
  tail& into = tails_.try_emplace(log, tail{position}).first->second;
  assert(position.value == into.first.value + into.entries.size());
  into.bytes += cost(entry);
  bytes_ += cost(entry);
  all_.push_back({log, std::move(entry)});
  into.entries.push_back(std::prev(all_.end()));
  while (into.bytes > log_bytes_max_) drop_oldest(into);
  while (bytes_ > bytes_max_) drop_oldest(tails_.at(all_.front().log));
}

// A log whose last entry goes keeps its place: the next one follows.
void shared_tail::drop_oldest(tail& from) {
  const auto oldest = from.entries.front();
  from.bytes -= cost(oldest->entry);
  bytes_ -= cost(oldest->entry);
  from.entries.pop_front();
  from.first = from.first.next();
  all_.erase(oldest);
}

payload shared_tail::find(log_number log, log_position position) const {
  const auto found = tails_.find(log);
  if (found == tails_.end() || position < found->second.first) return nullptr;
  const std::uint64_t index = position.value - found->second.first.value;
  return index < found->second.entries.size() ? found->second.entries[index]->entry : nullptr;
}

void shared_tail::drop(log_number log) {
  const auto found = tails_.find(log);
  if (found == tails_.end()) return;
  while (!found->second.entries.empty()) drop_oldest(found->second);
  tails_.erase(found);
}

}  // namespace tern::relay
