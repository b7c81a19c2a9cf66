#include "proto/lanes/incoming_lane.hpp"

#include <algorithm>

namespace tern::proto {

bool incoming_lane::is_done(message_number number) const {
  if (id_.mode() == delivery::latest) return number.value < next_;
  return done_.contains(number);
}

const reassembly* incoming_lane::partial(message_number number) const {
  const auto found = partial_.find(number.value);
  return found == partial_.end() ? nullptr : &found->second.parts;
}

std::optional<bytes> incoming_lane::add_fragment(message_number number, std::uint64_t total, std::uint64_t offset,
                                                 byte_view data, time_point now) {
  auto& [parts, began_at] = partial_.try_emplace(number.value, incomplete{reassembly{total}, now}).first->second;
  parts.add(offset, data);
  if (!parts.is_complete()) return std::nullopt;
  return parts.take();
}

void incoming_lane::mark_done(message_number number) {
  if (id_.mode() == delivery::latest) {
    next_ = std::max(next_, number.value + 1);
    return;
  }
  done_.insert(number);
  if (id_.mode() == delivery::unreliable) {
    next_ = std::max(next_, number.value + 1);
    if (next_ > unreliable_window) done_.raise_floor(message_number{next_ - unreliable_window});
  }
}

std::uint64_t incoming_lane::expire_partial(time_point now, duration life) {
  if (id_.is_reliable()) return 0;
  std::uint64_t freed = 0;
  std::erase_if(partial_, [&](const auto& entry) {
    const bool over = entry.second.began_at + life <= now || is_done(message_number{entry.first});
    if (over) freed += entry.second.parts.received();
    return over;
  });
  return freed;
}

std::optional<time_point> incoming_lane::oldest_partial() const {
  std::optional<time_point> oldest;
  if (id_.is_reliable()) return oldest;
  for (const auto& [number, parts] : partial_)
    if (!oldest || parts.began_at < *oldest) oldest = parts.began_at;
  return oldest;
}

}  // namespace tern::proto
